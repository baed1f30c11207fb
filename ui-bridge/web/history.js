// Past charges, their receipts, and the file for a spreadsheet.
import {make, place} from './dom.js';
import {rowList} from './parts.js';

/** @typedef {import('./main.js').Face} Face */

/** @typedef {{order_id: string, date: string, place: string, state: string, energy: string, soc: string, cost: string, receipt: boolean}} Past */

export class HistoryScreen {
  /** @param {Face} face */
  constructor(face) {
    this.face = face;
    this.element = make('div.history');
  }

  async enter() {
    const words = this.face.words;
    /** @type {{orders: Past[]}} */
    const {orders} = await this.face.bridge.read('/history');
    place(this.element, [
      make('div.heading', {}, make('h1', {}, words.history),
        orders.length > 0 && make('a.button', {href: '/history.csv', download: 'charges.csv'}, words.csv)),
      orders.length === 0 ? make('p.advice', {}, words.no_history) : make('ul.past', {}, ...orders.map((order) => this.past(order))),
    ]);
  }

  /** @param {Past} order */
  past(order) {
    const inside = [make('span.when', {}, order.date), make('span.where', {}, order.place), make('span.how', {}, [order.energy, order.soc].filter(Boolean).join(' · ')),
      make('b', {}, order.receipt ? order.cost : order.state)];
    return make('li', {}, order.receipt
      ? make('button.line', {type: 'button', click: () => this.face.receipt(order.order_id)}, ...inside)
      : make('div.line', {}, ...inside));
  }
}

export class ReceiptScreen {
  /** @param {Face} face */
  constructor(face) {
    this.face = face;
    this.element = make('div.history');
  }

  /** @param {string} orderId */
  async enter(orderId) {
    const words = this.face.words;
    const {card} = await this.face.bridge.read(`/receipts/${encodeURIComponent(orderId)}`);
    const back = make('button.button', {type: 'button', click: () => this.face.go('history')}, words.back);
    place(this.element, [
      make('div.heading', {}, make('h1', {}, words.receipt), back,
        make('button.button', {type: 'button', click: () => window.print()}, words.print)),
      make('section.card.receipt.paper', {}, make('h2.brand', {}, 'RearCharge'), rowList(card.rows)),
    ]);
    back.focus();
  }
}
