// The parked car: what stands in front of the driver, and the one thing to touch.
import {powerCurve} from './curve.js';
import {draw, make, place} from './dom.js';
import {icon, rowList} from './parts.js';
import {holdToStart} from './hold.js';

/** @typedef {import('./bridge.js').View} View */
/** @typedef {import('./main.js').Face} Face */

/** @param {number} percent @param {string} name */
function ring(percent, name) {
  const length = 2 * Math.PI * 52;
  return make('div.ring', {role: 'img', 'aria-label': `${name} ${percent} %`},
    draw('svg', {viewBox: '0 0 120 120', 'aria-hidden': 'true'},
      draw('circle', {cx: '60', cy: '60', r: '52', class: 'track'}),
      draw('circle', {cx: '60', cy: '60', r: '52', class: 'value', 'stroke-dasharray': `${(length * percent) / 100} ${length}`})),
    make('b', {}, `${percent}`, make('small', {}, ' %')));
}

/** @param {import('./bridge.js').Notice} notice */
function noticeStrip(notice) {
  return make(`div.notice.${notice.tone}`, {}, make('b', {}, notice.text), notice.todo && make('span', {}, notice.todo),
    notice.detail && make('small', {}, notice.detail));
}

export class ChargeScreen {
  /** @param {Face} face */
  constructor(face) {
    this.face = face;
    this.headline = make('h1');
    this.advice = make('p.advice');
    this.figure = make('div.figure');
    this.notices = make('div.notices', {role: 'status', 'aria-live': 'polite'});
    this.action = make('div.action');
    this.emblem = make('div.emblem', {}, icon('charge'));
    this.hero = make('section.hero', {}, this.emblem, make('div.saying', {}, this.headline, this.advice), this.figure, this.notices, this.action);
    this.side = make('div.side', {role: 'region', tabindex: '0', 'aria-label': face.words.details}); // a rotary knob scrolls what has the focus
    this.element = make('div.charge', {}, this.hero, this.side);
    /** @type {Record<string, string>} what stands where now */
    this.shown = {};
  }

  /** Runs fill only when data differ from what stands there: focus and a held button survive.
   * @param {string} place @param {unknown} data @param {() => void} fill */
  update(place, data, fill) {
    const text = JSON.stringify(data) ?? '';
    if (this.shown[place] === text) return;
    this.shown[place] = text;
    fill();
  }

  /** @param {View} view */
  show(view) {
    this.headline.textContent = view.headline;
    this.advice.textContent = view.advice;
    this.hero.dataset.tone = view.tone;
    const alone = !view.live && (view.cards ?? []).length === 0;
    this.element.classList.toggle('alone', alone);
    this.emblem.hidden = !alone;
    this.update('figure', [view.live, view.cards, view.digits], () => this.showFigure(view));
    this.update('notices', view.notices, () => place(this.notices, (view.notices ?? []).map(noticeStrip)));
    this.update('action', [view.action?.name, view.action?.label, view.action?.hint], () => this.showAction(view));
    this.update('side', [view.live, view.cards], () => this.showSide(view));
  }

  /** @param {View} view */
  showFigure(view) {
    const strong = view.cards?.[0]?.rows.find((row) => row.tone === 'strong');
    if (view.digits && view.digits.length > 0) {
      place(this.figure, [make('p.digits', {'aria-label': `${this.face.words.code_to_type}: ${view.digits.join(' ')}`, role: 'img'}, ...view.digits.map((group) => make('b', {}, group)))]);
    } else if (view.live) {
      place(this.figure, [view.live.percent !== undefined && ring(view.live.percent, this.face.words.battery),
        make('dl.tiles', {}, ...view.live.tiles.slice(0, 3).map((tile) => make('div', {}, make('dt', {}, tile.label),
          make('dd', {}, tile.value, make('small', {}, ` ${tile.unit}`)))))]);
    } else {
      place(this.figure, strong && view.journey !== 'failed' ? [make('p.big', {}, strong.value, make('small', {}, strong.label))] : []);
    }
  }

  /** @param {View} view */
  showAction(view) {
    const action = view.action;
    if (!action) {
      place(this.action, []);
      return;
    }
    const hadFocus = this.action.contains(document.activeElement);
    const button = make(`button.primary${action.hold ? '.hold' : ''}`, {type: 'button', 'data-action': action.name}, make('span', {}, action.label));
    const act = () => this.face.act(action.name);
    if (action.hold) holdToStart(button, act);
    else button.addEventListener('click', act);
    place(this.action, [button, action.hint && make('p.hint', {}, action.hint)]);
    if (hadFocus) button.focus();
  }

  /** @param {View} view */
  showSide(view) {
    const live = view.live;
    const more = live?.tiles.slice(3) ?? [];
    place(this.side, [
      live && make('section.card', {}, powerCurve(live.curve, live.max_kw, this.face.words.power_curve),
        rowList(more.map((tile) => ({label: tile.label, value: `${tile.value} ${tile.unit}`.trim(), tone: ''})))),
      ...(view.cards ?? []).filter((card) => !live || card.id !== 'order').map((card) =>
        make(`section.card.${card.id}`, {}, make('h2', {}, card.title), rowList(card.rows))),
    ]);
  }
}
