// Consent, limits, news, what the car tells, display: one page each, so that nothing scrolls on a small screen.
// Steps instead of text entry: nobody types in a car.
import {make, place} from './dom.js';

/** @typedef {import('./main.js').Face} Face */
/** @typedef {import('./bridge.js').Consent} Consent */
/** @typedef {'limits' | 'ordering' | 'offline' | 'news' | 'sharing' | 'display'} Page */
/** @typedef {'max_cost_minor' | 'max_energy_wh' | 'max_duration_s'} Limit */

/** @type {Page[]} */
const PAGES = ['limits', 'ordering', 'offline', 'news', 'sharing', 'display'];

/** @type {Record<Limit, number[]>} steps; 0 is "no limit" where the contract allows it */
const STEPS = {
  max_cost_minor: [500, 1000, 1500, 2000, 2500, 3000, 4000, 5000, 6000, 8000, 10000, 15000, 20000, 30000, 50000],
  max_energy_wh: [0, 5000, 10000, 20000, 30000, 40000, 50000, 60000, 80000, 100000, 150000],
  max_duration_s: [0, 900, 1800, 2700, 3600, 5400, 7200, 10800, 14400, 28800, 43200],
};
const RADII_M = [500, 1000, 2000, 5000, 10000, 20000, 50000];

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
    /** @type {Page} */
    this.page = 'limits';
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

  /** The daemon's word on what stands behind the switches. @param {string} name @returns {any} */
  stored(name) {
    return this.face.view?.state?.[name] ?? {};
  }

  fill() {
    const words = this.face.words;
    const name = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.name;
    const consent = this.page === 'limits' || this.page === 'ordering';
    place(this.element, [
      make('div.heading', {}, make('h1.unseen', {}, words.settings),
        make('div.options', {role: 'group', 'aria-label': words.settings}, ...PAGES.map((page) => make('button.button', {
          type: 'button', 'aria-pressed': page === this.page ? 'true' : 'false', 'data-name': `page-${page}`, click: () => this.turn(page),
        }, words[`page_${page}`])))),
      make('section.card', {}, ...this.rows()),
      make('div.saving', {}, consent && this.draft && make('button.primary', {type: 'button', 'data-name': 'save', click: () => this.save()}, make('span', {}, words.save)), this.said),
    ]);
    if (name) /** @type {HTMLElement | null} */ (this.element.querySelector(`[data-name="${name}"]`))?.focus();
  }

  /** @returns {HTMLElement[]} */
  rows() {
    const words = this.face.words;
    switch (this.page) {
      case 'limits':
        return this.draft ? [this.limit('max_cost_minor', words.max_cost), this.limit('max_energy_wh', words.max_energy), this.limit('max_duration_s', words.max_duration)] : [];
      case 'ordering':
        return this.draft ? [this.choice(words.confirm, 'confirm', [['tap', words.confirm_tap], ['park', words.confirm_park], ['auto', words.confirm_auto]],
          this.draft.confirm, (value) => this.set('confirm', value)), make('p.advice', {}, words[`confirm_${this.draft.confirm}_why`])] : [];
      case 'offline':
        return [make('p.advice', {}, words.offline_why), make('div.switches', {}, ...['auto_code', 'voucher'].map((what) => this.toggle(`offline-${what}`, words[what],
          this.stored('consent')[what] === true, (on) => this.store('/consent', {[what]: on}))))];
      case 'news':
        return this.news();
      case 'sharing':
        return [make('p.advice', {}, words.sharing_why), make('div.switches', {}, ...['position', 'soc', 'plug', 'gear'].map((what) => this.toggle(`sharing-${what}`, words[`share_${what}`],
          this.stored('sharing')[what] === true, (on) => this.store('/sharing', {[what]: on}))))];
      default:
        return [
          this.choice(words.theme, 'theme', [['auto', words.theme_auto], ['day', words.theme_day], ['night', words.theme_night]],
            this.face.theme, (value) => this.face.setTheme(value)),
          this.choice(words.language, 'language', [['en', 'English'], ['zh', '中文']], document.documentElement.lang.slice(0, 2),
            (value) => this.face.setLanguage(value)),
        ];
    }
  }

  news() {
    const words = this.face.words;
    const stored = this.stored('subscription');
    /** @type {string[]} */
    const kinds = stored.kinds ?? [];
    const radius = stored.radius_m ?? 5000;
    const change = (/** @type {number} */ by) => () => this.store('/subscription', {radius_m: step(RADII_M, radius, by)});
    return [
      make('div.switches', {}, ...['offer', 'reservation', 'bay'].map((kind) => this.toggle(`news-${kind}`, words[`news_${kind}`], kinds.includes(kind),
        (on) => this.store('/subscription', {kinds: on ? [...kinds, kind] : kinds.filter((each) => each !== kind)})))),
      this.choice(words.news_position, 'position', [['off', words.position_off], ['vehicle', words.position_vehicle]], stored.position ?? 'off',
        (value) => this.store('/subscription', {position: value})),
      this.stepper('radius', words.news_radius, `${radius / 1000} km`, change),
    ];
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
  limit(limit, label) {
    return this.stepper(limit, label, this.valueText(limit), (by) => () => this.set(limit, step(STEPS[limit], this.draft?.[limit] ?? 0, by)));
  }

  /** @param {string} name @param {string} label @param {string} value @param {(by: number) => () => void} change */
  stepper(name, label, value, change) {
    const words = this.face.words;
    return make('div.stepper', {role: 'group', 'aria-label': label}, make('span.label', {}, label),
      make('button.button', {type: 'button', 'aria-label': `${label}: ${words.less}`, 'data-name': `${name}-less`, click: change(-1)}, '−'),
      make('output', {'aria-live': 'polite', 'data-limit': name}, value),
      make('button.button', {type: 'button', 'aria-label': `${label}: ${words.more}`, 'data-name': `${name}-more`, click: change(1)}, '+'));
  }

  /** @param {string} name @param {string} label @param {boolean} on @param {(on: boolean) => void} flip */
  toggle(name, label, on, flip) {
    return make('button.button.switch', {type: 'button', role: 'switch', 'aria-checked': on ? 'true' : 'false', 'data-name': name, click: () => flip(!on)},
      make('span', {}, label), make('i', {'aria-hidden': 'true'}));
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

  /** @param {Page} page */
  turn(page) {
    this.page = page;
    this.said.textContent = '';
    this.fill();
  }

  /** @param {Limit | 'confirm'} name @param {number | string} value */
  set(name, value) {
    if (!this.draft) return;
    this.draft = {...this.draft, [name]: value};
    this.said.textContent = '';
    this.fill();
  }

  save() {
    return this.store('/consent', this.draft ?? {});
  }

  /** The next view shows the switch as the daemon has stored it. @param {string} path @param {object} form */
  async store(path, form) {
    try {
      await this.face.bridge.act(path, form);
      this.said.textContent = this.face.words.saved;
    } catch (error) {
      this.said.textContent = /** @type {Error} */ (error).message;
    }
  }
}
