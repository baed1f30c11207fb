// The tables: which columns, and how a row reads.
// @ts-check
import { placeOf } from "./live.js";
import { clock, money } from "./page.js";
import { Table } from "./tables.js";

const statusTones = { AVAILABLE: "green", CHARGING: "blue", BLOCKED: "amber", RESERVED: "amber", OUTOFORDER: "red", INOPERATIVE: "red" };
const orderTones = { requested: "amber", accepted: "amber", code_issued: "amber", charging: "blue", ended: "blue", settled: "green", rejected: "red" };
const reservationTones = { requested: "amber", held: "blue", taken: "red", used: "green", refused: "red" };

/** @param {any} evse */
export const toneOf = (evse) => statusTones[/** @type {keyof typeof statusTones} */ (evse.status)] ?? "off";
export const kwh = (/** @type {number} */ wh) => `${(wh / 1000).toFixed(2)} kWh`;
export const kw = (/** @type {number} */ w) => `${(w / 1000).toFixed(1)} kW`;
const short = (/** @type {string | undefined} */ id) => (id ?? "").slice(0, 8);

/**
 * @param {{t: (key: string, values?: Record<string, string | number>) => string, locale: () => string}} page
 * @param {import("./live.js").Live} live
 * @param {(id: string) => HTMLElement} place
 * @param {(message: any) => string} kindOf
 * @param {(station: string, evse: number) => void} open a pile was chosen
 * @returns {Record<string, Table>}
 */
export function tablesOf(page, live, place, kindOf, open) {
  const price = (/** @type {any} */ minor, /** @type {string} */ currency) => (minor === undefined ? "" : money(minor, currency, page.locale()));
  const when = (/** @type {string | undefined} */ text) =>
    text ? new Date(text).toLocaleString(page.locale(), { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" }) : "";
  const tone = (/** @type {Record<string, string>} */ tones, /** @type {string} */ state) => ({ text: page.t(state), tone: tones[state] ?? "off" });
  return {
    piles: new Table(place("piles-table"), [
      { head: "pile", css: "strong", cell: (r) => r.station.station_id },
      { head: "name", cell: (r) => r.station.name },
      { head: "uplink", cell: ({ station: s }) => (s.reachable ? { text: page.t("ready"), tone: "green" } : s.connected ? { text: page.t("registering"), tone: "amber" } : { text: page.t("offline"), tone: "off" }) },
      { head: "evse", css: "mono", cell: (r) => r.evse.evse_id },
      { head: "status", cell: (r) => ({ text: r.evse.status, tone: toneOf(r.evse) }) },
      { head: "connector", cell: (r) => r.evse.connector_status },
      { head: "bay", cell: (r) => page.t(`bay-${r.evse.bay}`) },
      { head: "now", css: "right strong", cell: (r) => { const t = live.running.get(placeOf(r.station.station_id, r.evse.evse)); return t ? `${kw(t.power_w ?? 0)} · ${kwh(t.energy_wh ?? 0)}` : ""; } },
      { head: "tariff", cell: (r) => r.evse.tariff_id },
    ], { open: (r) => open(r.station.station_id, r.evse.evse) }),
    orders: new Table(place("orders"), [
      { head: "created", cell: (o) => when(o.created_at) },
      { head: "vehicle", css: "strong", cell: (o) => o.vehicle_id },
      { head: "pile", cell: (o) => o.station_id },
      { head: "evse", css: "mono", cell: (o) => o.evse_id },
      { head: "state", cell: (o) => tone(orderTones, o.state) },
      { head: "reason", cell: (o) => o.reason },
      { head: "power", css: "right", cell: (o) => (o.state === "charging" ? kw(o.power_w) : "") },
      { head: "soc", css: "right", cell: (o) => (o.soc_percent === undefined ? "" : `${o.soc_percent} %`) },
      { head: "energy", css: "right", cell: (o) => kwh(o.energy_wh) },
      { head: "cost", css: "right strong", cell: (o) => price(o.cost_minor, o.currency) },
      { head: "limit", css: "right", cell: (o) => price(o.limits.max_cost_minor, o.limits.currency) },
    ], { max: 1000, newestFirst: true }),
    reservations: new Table(place("reservations"), [
      { head: "created", cell: (r) => when(r.created_at) },
      { head: "vehicle", css: "strong", cell: (r) => r.vehicle_id },
      { head: "evse", css: "mono", cell: (r) => r.evse_id },
      { head: "state", cell: (r) => tone(reservationTones, r.state) },
      { head: "reason", cell: (r) => r.reason },
      { head: "until", cell: (r) => when(r.until) },
      { head: "no_show", css: "right", cell: (r) => (r.no_show_minor ? price(r.no_show_minor, r.currency) : "") },
      { head: "total", css: "right strong", cell: (r) => (r.receipt ? price(r.receipt.total_minor, r.receipt.currency) : "") },
    ], { max: 1000, newestFirst: true }),
    transactions: new Table(place("transactions"), [
      { head: "started", cell: (t) => when(t.started_at) },
      { head: "ended", cell: (t) => when(t.ended_at) },
      { head: "pile", css: "strong", cell: (t) => t.station_id },
      { head: "evse", css: "right", cell: (t) => String(t.evse) },
      { head: "state", cell: (t) => (t.ended ? { text: page.t("finished"), tone: "off" } : { text: t.charging_state ?? "", tone: t.charging_state === "Charging" ? "blue" : "amber" }) },
      { head: "power", css: "right", cell: (t) => (t.ended ? "" : kw(t.power_w ?? 0)) },
      { head: "energy", css: "right strong", cell: (t) => kwh(t.energy_wh ?? 0) },
      { head: "cost", css: "right", cell: (t) => { const o = live.orders.get(t.order_id); return o ? price(o.cost_minor, o.currency) : ""; } },
      { head: "stopped", cell: (t) => t.stopped_reason ?? "" },
      { head: "flag", cell: (t) => (t.flag ? { text: t.flag, tone: "red" } : "") },
      { head: "seq", cell: (t) => `${(t.last_seq_no ?? -1) + 1}${t.ended ? ` · ${page.t(t.complete ? "complete" : "gaps")}` : ""}` },
      { head: "transaction", css: "mono", cell: (t) => short(t.transaction_id) },
    ], { max: 1000, newestFirst: true, open: (t) => open(t.station_id, t.evse) }),
    settlements: new Table(place("settlements"), [
      { head: "ended", cell: (o) => when(o.receipt.ended_at) },
      { head: "vehicle", css: "strong", cell: (o) => o.vehicle_id },
      { head: "evse", css: "mono", cell: (o) => o.evse_id },
      { head: "duration", css: "right", cell: (o) => clock(o.receipt.duration_s) },
      { head: "energy", css: "right", cell: (o) => kwh(o.receipt.energy_wh) },
      { head: "offer", cell: (o) => o.receipt.offer?.text ?? "" },
      { head: "sum", css: "right", cell: (o) => price(o.receipt.sum_minor, o.receipt.currency) },
      { head: "waived", css: "right", cell: (o) => price(o.receipt.waived_minor, o.receipt.currency) },
      { head: "total", css: "right strong", cell: (o) => price(o.receipt.total_minor, o.receipt.currency) },
      { head: "receipt", css: "mono", cell: (o) => short(o.receipt.receipt_id) },
    ], { max: 1000, newestFirst: true }),
    messages: new Table(place("messages"), [
      { head: "at", cell: (m) => new Date(m.at).toLocaleTimeString(page.locale(), { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 }) },
      { head: "pile", css: "strong", cell: (m) => m.station },
      { head: "direction", cell: (m) => (m.direction === "received" ? `← ${page.t("received")}` : `→ ${page.t("sent")}`) },
      { head: "kind", cell: (m) => kindOf(m) },
      { head: "text", css: "mono", cell: (m) => m.text + (m.cut ? " …" : "") },
    ], { max: 1500, newestFirst: true }),
  };
}
