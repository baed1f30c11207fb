// Around the car: what is free, where, for how much; reserve one, or take an offer. Only while parked.
import {make, place} from './dom.js';
import {map} from './map.js';

/** @typedef {import('./bridge.js').Pile} Pile */
/** @typedef {import('./bridge.js').Offer} Offer */

const WATCH_MS = 45_000; // the daemon follows an area for 60 s after it was asked
/** @type {Record<string, object>} */
const FILTERS = {free: {free_now: true}, fast: {min_power_w: 50000}, near: {radius_m: 2000}};

export class AroundScreen {
  /** @param {import('./main.js').Face} face */
  constructor(face) {
    this.face = face;
    const words = face.words;
    /** @type {Set<string>} */
    this.filters = new Set();
    this.chosen = '';
    this.timer = 0;
    this.shown = '';
    this.onOffers = false; // the list shows offers instead of charging points
    this.nOffers = make('i.count');
    this.offersChip = make('button.button', {type: 'button', 'aria-pressed': 'false', 'data-filter': 'offers', click: () => this.turn(!this.onOffers)}, words.offers, this.nOffers);
    this.chips = make('div.options', {role: 'group', 'aria-label': words.around}, ...Object.keys(FILTERS).map((name) => make('button.button', {
      type: 'button', 'aria-pressed': 'false', 'data-filter': name, click: () => this.filter(name),
    }, words[`filter_${name}`])), this.offersChip);
    this.list = make('ul.piles');
    this.map = make('div.chart');
    this.said = make('p.advice', {role: 'status', 'aria-live': 'polite'});
    this.offers = make('section.offers', {'aria-label': words.offers});
    this.element = make('div.around', {}, make('h1.unseen', {}, words.around), this.chips,
      make('div.found', {role: 'region', tabindex: '0', 'aria-label': words.around}, this.offers, this.said, this.list), this.map);
  }

  async enter() {
    this.shown = '';
    this.said.textContent = this.face.words.searching;
    await this.search();
  }

  /** Asks now, and again while this is on the screen: then the list stays live. */
  async search() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.face.section === 'around' && !document.hidden && this.search(), WATCH_MS);
    try {
      await this.face.bridge.act('/around', Object.assign({}, ...[...this.filters].map((name) => FILTERS[name])));
      this.asked = true;
      this.shown = '';
      if (this.face.view) this.show(this.face.view);
    } catch (error) {
      this.said.textContent = /** @type {Error} */ (error).message;
    }
  }

  leave() {
    clearTimeout(this.timer);
    this.asked = false;
  }

  /** @param {string} name */
  filter(name) {
    if (!this.filters.delete(name)) this.filters.add(name);
    for (const chip of this.chips.children) if (chip !== this.offersChip) chip.setAttribute('aria-pressed', `${this.filters.has(/** @type {HTMLElement} */ (chip).dataset.filter ?? '')}`);
    this.turn(false);
    this.search();
  }

  /** @param {boolean} onOffers */
  turn(onOffers) {
    this.onOffers = onOffers;
    this.offersChip.setAttribute('aria-pressed', `${onOffers}`);
    this.shown = '';
    if (this.face.view) this.show(this.face.view);
  }

  /** @param {import('./bridge.js').View} view */
  show(view) {
    const text = JSON.stringify([view.around, view.reservation, this.chosen]);
    if (text === this.shown) return;
    this.shown = text;
    const piles = view.around?.piles ?? [];
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.evse;
    if (!piles.some((pile) => pile.evse === this.chosen)) this.chosen = '';
    const offers = view.around?.offers ?? [];
    if (this.asked) this.said.textContent = this.onOffers ? (offers.length === 0 ? this.face.words.no_offers : '') : piles.length === 0 ? this.face.words.none_around : '';
    this.nOffers.textContent = `${offers.length}`;
    place(this.offers, this.onOffers ? offers.map((offer) => this.offer(offer)) : []);
    place(this.list, this.onOffers ? [] : piles.map((pile, i) => this.pile(pile, i + 1, view)));
    place(this.map, [piles.length > 0 && map(piles, this.chosen, this.face.words, (evse) => this.choose(evse))]);
    if (focused) /** @type {HTMLElement | null} */ (this.list.querySelector(`[data-evse="${CSS.escape(focused)}"]`))?.focus();
  }

  /** @param {string} evse */
  choose(evse) {
    this.chosen = evse === this.chosen ? '' : evse;
    if (this.face.view) this.show(this.face.view);
    this.list.querySelector('[aria-expanded=true]')?.scrollIntoView({block: 'nearest'});
  }

  /** @param {Pile} pile @param {number} number @param {import('./bridge.js').View} view */
  pile(pile, number, view) {
    const isChosen = pile.evse === this.chosen;
    return make('li', {}, make(`button.line.${pile.tone}`, {type: 'button', 'data-evse': pile.evse, 'aria-expanded': `${isChosen}`, click: () => this.choose(pile.evse)},
      make('span.when', {}, make('i.number', {}, `${number}`), pile.place || pile.evse), make('span.where', {}, [pile.distance, pile.connector, pile.power].filter(Boolean).join(' · ')),
      make('b', {}, pile.status), make('span.how', {}, pile.price)), isChosen && this.detail(pile, view));
  }

  /** @param {Pile} pile @param {import('./bridge.js').View} view */
  detail(pile, view) {
    const words = this.face.words;
    const open = view.reservation?.open ?? false;
    const act = (/** @type {string} */ path, /** @type {object} */ body) => () => this.act(path, body);
    return make('div.detail', {}, make('p', {}, [pile.operator, pile.evse, pile.fees].filter(Boolean).join(' · ')),
      !pile.mine && pile.free && make('p.hint', {}, [words.kept_for, pile.no_show && `${words.costs_if_not} ${pile.no_show}`].filter(Boolean).join(' ')),
      pile.mine ? make('button.primary', {type: 'button', 'data-action': 'unreserve', click: act('/actions/unreserve', {})}, make('span', {}, words.unreserve))
        : pile.free && make('button.primary', {type: 'button', 'data-action': 'reserve', click: act(open ? '/move' : '/reserve', {evse: pile.evse})},
          make('span', {}, open ? words.reserve_move : words.reserve)));
  }

  /** @param {Offer} offer */
  offer(offer) {
    const words = this.face.words;
    const act = (/** @type {string} */ verb) => () => this.act(`/offers/${encodeURIComponent(offer.id)}/${verb}`, {});
    return make('article.card.offer', {}, make('b', {}, offer.price), make('p', {}, offer.text),
      make('small', {}, [offer.where, offer.until && `${words.offer_until} ${offer.until}`].filter(Boolean).join(' · ')),
      make('div.options', {}, offer.accepted ? make('p.taken', {}, words.accepted)
        : make('button.button', {type: 'button', 'data-offer': 'accept', click: act('accept')}, words.accept),
      make('button.button', {type: 'button', click: act('dismiss')}, words.dismiss)));
  }

  /** @param {string} path @param {object} body */
  async act(path, body) {
    try {
      await this.face.bridge.act(path, body);
    } catch (error) {
      this.face.complain(error);
    }
  }
}
