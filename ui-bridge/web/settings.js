// Consent, limits, language, day and night. Steps instead of text entry: nobody types in a car.
import {make, place} from './dom.js';

/** @typedef {import('./main.js').Face} Face */
/** @typedef {import('./bridge.js').Consent} Consent */

/** @typedef {'max_cost_minor' | 'max_energy_wh' | 'max_duration_s'} Limit */
/** @type {Record<Limit, number[]>} steps; 0 is "no limit" where the contract allows it */
const STEPS = {
  max_cost_minor: [500, 1000, 1500, 2000, 2500, 3000, 4000, 5000, 6000, 8000, 10000, 15000, 20000, 30000, 50000],
  max_energy_wh: [0, 5000, 10000, 20000, 30000, 40000, 50000, 60000, 80000, 100000, 150000],
  max_duration_s: [0, 900, 1800, 2700, 3600, 5400, 7200, 10800, 14400, 28800, 43200],
};

/** @param {number[]} steps @param {number} value @param {number} by 1 or -1 */
export function step(steps, value, by) {
  const next = by > 0 ? steps.find((each) => each > value) : steps.findLast((each) => each < value);
  return next ?? value;
}

export class SettingsScreen {
  /** @param {Face} face */
  constructor(face) {
    this.face = face;
    this.element = make('div.settings');
    /** @type {Consent | null} what the driver has set here, not stored yet */
    this.draft = null;
    this.said = make('p.said', {role: 'status', 'aria-live': 'polite'});
  }

  /** @param {import('./bridge.js').View} view */
  enter(view) {
    const stored = view.consent;
    this.draft = stored ? {...stored, max_cost_minor: stored.max_cost_minor || 5000, currency: stored.currency || view.state?.pile?.currency || 'EUR'} : null;
    this.said.textContent = '';
    this.fill();
  }

  fill() {
    const words = this.face.words;
    const name = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.name;
    place(this.element, [
      make('h1', {}, words.settings),
      this.draft && make('section.card', {}, make('h2', {}, words.limits),
        this.stepper('max_cost_minor', words.max_cost), this.stepper('max_energy_wh', words.max_energy), this.stepper('max_duration_s', words.max_duration),
        this.choice(words.confirm, 'confirm', [['tap', words.confirm_tap], ['park', words.confirm_park], ['auto', words.confirm_auto]],
          this.draft.confirm, (value) => this.set('confirm', value)),
        make('div.saving', {}, make('button.primary', {type: 'button', 'data-name': 'save', click: () => this.save()}, make('span', {}, words.save)), this.said)),
      make('section.card', {},
        this.choice(words.theme, 'theme', [['auto', words.theme_auto], ['day', words.theme_day], ['night', words.theme_night]],
          this.face.theme, (value) => this.face.setTheme(value)),
        this.choice(words.language, 'language', [['en', 'English'], ['zh', '中文']], document.documentElement.lang.slice(0, 2),
          (value) => this.face.setLanguage(value))),
    ]);
    if (name) /** @type {HTMLElement | null} */ (this.element.querySelector(`[data-name="${name}"]`))?.focus();
  }

  /** @param {Limit} limit */
  valueText(limit) {
    const value = this.draft?.[limit] ?? 0;
    if (value === 0) return this.face.words.no_limit;
    if (limit === 'max_cost_minor') return `${(value / 100).toFixed(2)} ${this.draft?.currency}`;
    if (limit === 'max_energy_wh') return `${value / 1000} kWh`;
    return `${Math.floor(value / 3600)}:${String(Math.floor(value / 60) % 60).padStart(2, '0')} h`;
  }

  /** @param {Limit} limit @param {string} label */
  stepper(limit, label) {
    const words = this.face.words;
    const change = (/** @type {number} */ by) => () => this.set(limit, step(STEPS[limit], this.draft?.[limit] ?? 0, by));
    return make('div.stepper', {role: 'group', 'aria-label': label}, make('span.label', {}, label),
      make('button.button', {type: 'button', 'aria-label': `${label}: ${words.less}`, 'data-name': `${limit}-less`, click: change(-1)}, '−'),
      make('output', {'aria-live': 'polite', 'data-limit': limit}, this.valueText(limit)),
      make('button.button', {type: 'button', 'aria-label': `${label}: ${words.more}`, 'data-name': `${limit}-more`, click: change(1)}, '+'));
  }

  /**
   * @param {string} label
   * @param {string} name
   * @param {[string, string][]} options
   * @param {string} chosen
   * @param {(value: string) => void} choose
   */
  choice(label, name, options, chosen, choose) {
    return make('div.choice', {role: 'group', 'aria-label': label}, make('span.label', {}, label),
      make('div.options', {}, ...options.map(([value, text]) => make('button.button', {
        type: 'button', 'aria-pressed': value === chosen ? 'true' : 'false', 'data-name': `${name}-${value}`, click: () => choose(value),
      }, text))));
  }

  /** @param {Limit | 'confirm'} name @param {number | string} value */
  set(name, value) {
    if (!this.draft) return;
    this.draft = {...this.draft, [name]: value};
    this.said.textContent = '';
    this.fill();
  }

  async save() {
    try {
      await this.face.bridge.act('/consent', this.draft ?? {});
      this.said.textContent = this.face.words.saved;
    } catch (error) {
      this.said.textContent = /** @type {Error} */ (error).message;
    }
  }
}
