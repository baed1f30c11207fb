// The way to rearcharge-ui: one session, one stream of whole views, actions with the token of this start.
import {follow} from './events.js';

/**
 * What ui-bridge/view/view.h promises.
 * @typedef {{label: string, value: string, tone: string}} Row
 * @typedef {{id: string, title: string, rows: Row[]}} Card
 * @typedef {{text: string, todo: string, detail: string, tone: string}} Notice
 * @typedef {{name: string, label: string, hint: string, hold: boolean}} Action
 * @typedef {{label: string, value: string, unit: string}} Tile
 * @typedef {{percent?: number, tiles: Tile[], curve: [number, number][], max_kw: number}} Live
 * @typedef {{evse: string, place: string, operator: string, distance: string, east_m: number, north_m: number, power: string, connector: string,
 *   price: string, fees: string, no_show: string, status: string, tone: string, free: boolean, mine: boolean}} Pile
 * @typedef {{id: string, text: string, where: string, until: string, price: string, accepted: boolean}} Offer
 * @typedef {{state: string, title: string, advice: string, tone: string, evse: string, open: boolean}} Reservation
 * @typedef {{confirm: string, currency: string, max_cost_minor: number, max_energy_wh: number, max_duration_s: number}} Consent
 * @typedef {{language: string, title: string, screen: 'absent' | 'reversing' | 'parked' | 'moving', journey: string, headline: string,
 *   advice: string, tone: string, gear?: string, settable?: boolean,
 *   badge?: {text: string, price: string, trust: string, tone: string} | null,
 *   code?: {points: string, width: number, height: number} | null,
 *   notices?: Notice[], action?: Action | null, live?: Live | null, cards?: Card[], digits?: string[],
 *   links?: {id: 'camera' | 'server', label: string, text: string, tone: string}[], consent?: Consent | null,
 *   around?: {piles: Pile[], offers: Offer[]} | null, reservation?: Reservation | null, state: any}} View
 * @typedef {Record<string, string>} Words
 */

export class Refusal extends Error {}

export class Bridge {
  /** @param {string} language '' for the browser's own */
  constructor(language) {
    this.language = language;
    this.token = '';
    this.demo = false; // the vehicle is played, and its lever is ours
    /** @type {Words} */
    this.words = {};
    /** @type {(() => void) | null} */
    this.unfollow = null;
  }

  /** @param {string} path */
  address(path) {
    return `${path}?lang=${encodeURIComponent(this.language)}`;
  }

  async open() {
    const session = await this.read('/session');
    this.token = session.token;
    this.words = session.words;
    this.demo = session.demo;
    document.documentElement.lang = session.language;
    document.documentElement.dataset.language = session.language;
  }

  /**
   * @param {(view: View) => void} show
   * @param {(lost: boolean) => void} lost
   */
  follow(show, lost) {
    this.unfollow?.();
    this.unfollow = follow(this.address('/events'), {view: show}, (open) => lost(!open));
  }

  /** @param {string} path */
  async read(path) {
    return this.answer(await fetch(this.address(path)));
  }

  /** @param {string} path @param {object} [body] */
  async act(path, body = {}) {
    return this.answer(await fetch(this.address(path), {
      method: 'POST',
      headers: {'Content-Type': 'application/json', 'RearCharge-Token': this.token},
      body: JSON.stringify(body),
    }));
  }

  /** @param {Response} response */
  async answer(response) {
    if (response.ok) return response.status === 204 ? null : response.json();
    /** @type {{detail?: string}} */
    const problem = await response.json().catch(() => ({}));
    throw new Refusal(problem.detail ?? this.words.failed);
  }
}
