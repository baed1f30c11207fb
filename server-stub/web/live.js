// What the page knows now: stations, orders, reservations, transactions, as lists and events bring them.
// @ts-check

const KEPT = 1000; // of what ends and is replaced
const CURVE_POINTS = 240;

/** @param {Map<string, any>} map @param {string} key @param {any} value */
function keep(map, key, value) {
  map.set(key, value);
  while (map.size > KEPT) map.delete(/** @type {string} */ (map.keys().next().value));
}

export const placeOf = (/** @type {string} */ station, /** @type {number} */ evse) => `${station}/${evse}`;
/** @param {any} order */
export const isOpen = (order) => ["requested", "accepted", "charging", "ended", "code_issued"].includes(order.state);

export class Live {
  constructor() {
    /** @type {Map<string, any>} */
    this.stations = new Map();
    this.orders = new Map();
    this.reservations = new Map();
    this.transactions = new Map();
    /** Running transaction of an EVSE. @type {Map<string, any>} */
    this.running = new Map();
    /** Power of running transactions since this page is open: seconds, kW. @type {Map<string, {start: number, points: [number, number][]}>} */
    this.curves = new Map();
  }

  /** @param {any} station */
  addStation(station) {
    this.stations.set(station.station_id, station);
  }

  /** @param {any} order */
  addOrder(order) {
    keep(this.orders, order.order_id, order);
  }

  /** @param {any} reservation */
  addReservation(reservation) {
    keep(this.reservations, reservation.reservation_id, reservation);
  }

  /** @param {any} transaction */
  addTransaction(transaction) {
    const place = placeOf(transaction.station_id, transaction.evse);
    keep(this.transactions, transaction.transaction_id, transaction);
    if (!transaction.ended) this.running.set(place, transaction);
    else if (this.running.get(place)?.transaction_id === transaction.transaction_id) this.running.delete(place);
    if (transaction.ended) this.curves.delete(transaction.transaction_id);
    else this.addPoint(transaction);
    return place;
  }

  /** Full, every second point goes. @param {any} transaction */
  addPoint(transaction) {
    const now = performance.now() / 1000;
    const curve = this.curves.get(transaction.transaction_id) ?? { start: now, points: [] };
    const kw = (transaction.power_w ?? 0) / 1000;
    if (curve.points.length === CURVE_POINTS) curve.points = curve.points.filter((_, i) => i % 2 === 0);
    if (curve.points.at(-1)?.[1] !== kw) curve.points.push([now - curve.start, kw]);
    this.curves.set(transaction.transaction_id, curve);
  }

  forgetRunning() {
    this.running.clear();
  }

  totals() {
    const running = [...this.running.values()];
    return {
      connected: [...this.stations.values()].filter((s) => s.connected).length,
      stations: this.stations.size,
      charging: running.filter((t) => t.charging_state === "Charging").length,
      power_w: running.reduce((sum, t) => sum + (t.power_w ?? 0), 0),
      open: [...this.orders.values()].filter(isOpen).length,
    };
  }
}
