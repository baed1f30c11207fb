// The operator's page: lists from the operator API, then every change as an event. It shows, and changes nothing.
// @ts-check
import { follow } from "./events.js";
import { byId, clock, languageOf, money, put, themes } from "./page.js";
import { Table } from "./tables.js";
import { words } from "./words.js";

const api = "/operator/v1";
const views = ["piles", "orders", "transactions", "settlements", "messages"];
let view = "piles";
let paused = false;
/** @type {(() => void) | null} */
let unfollow = null;
/** Events that come while the lists are on their way. @type {(() => void)[] | null} */
let held = null;

const stations = new Map();
const orders = new Map();
const transactions = new Map();
/** Running transaction of an EVSE. */
const running = new Map();
/** Which action an answer belongs to. @type {Map<string, string>} */
const calls = new Map();

const page = languageOf(words, () => {
  for (const table of Object.values(tables)) table.redraw();
  totals();
});
themes();

const kwh = (/** @type {number} */ wh) => `${(wh / 1000).toFixed(2)} kWh`;
const kw = (/** @type {number} */ w) => `${(w / 1000).toFixed(1)} kW`;
const price = (/** @type {any} */ minor, /** @type {string} */ currency) => (minor === undefined ? "" : money(minor, currency, page.locale()));
const when = (/** @type {string | undefined} */ text) =>
  text ? new Date(text).toLocaleString(page.locale(), { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" }) : "";
const short = (/** @type {string | undefined} */ id) => (id ?? "").slice(0, 8);
const placeOf = (/** @type {string} */ station, /** @type {number} */ evse) => `${station}/${evse}`;

const statusTones = { AVAILABLE: "green", CHARGING: "blue", BLOCKED: "amber", RESERVED: "amber", OUTOFORDER: "red", INOPERATIVE: "red" };
const orderTones = { requested: "amber", accepted: "amber", charging: "blue", ended: "blue", settled: "green", rejected: "red" };

/** @param {any} order */
const open = (order) => ["requested", "accepted", "charging", "ended"].includes(order.state);

/** @type {Record<string, Table>} */
const tables = {
  piles: new Table(byId("piles"), [
    { head: "pile", css: "strong", cell: (r) => r.station.station_id },
    { head: "name", cell: (r) => r.station.name },
    { head: "uplink", cell: ({ station: s }) => (s.reachable ? { text: page.t("ready"), tone: "green" } : s.connected ? { text: page.t("registering"), tone: "amber" } : { text: page.t("offline"), tone: "off" }) },
    { head: "evse", css: "mono", cell: (r) => r.evse.evse_id },
    { head: "status", cell: (r) => ({ text: r.evse.status, tone: statusTones[/** @type {keyof typeof statusTones} */ (r.evse.status)] ?? "off" }) },
    { head: "connector", cell: (r) => r.evse.connector_status },
    { head: "bay", cell: (r) => page.t(`bay-${r.evse.bay}`) },
    { head: "now", css: "right strong", cell: (r) => { const t = running.get(placeOf(r.station.station_id, r.evse.evse)); return t ? `${kw(t.power_w ?? 0)} · ${kwh(t.energy_wh ?? 0)}` : ""; } },
    { head: "tariff", cell: (r) => r.evse.tariff_id },
  ]),
  orders: new Table(byId("orders"), [
    { head: "created", cell: (o) => when(o.created_at) },
    { head: "vehicle", css: "strong", cell: (o) => o.vehicle_id },
    { head: "pile", cell: (o) => o.station_id },
    { head: "evse", css: "mono", cell: (o) => o.evse_id },
    { head: "state", cell: (o) => ({ text: page.t(o.state), tone: orderTones[/** @type {keyof typeof orderTones} */ (o.state)] ?? "off" }) },
    { head: "reason", cell: (o) => o.reason },
    { head: "power", css: "right", cell: (o) => (o.state === "charging" ? kw(o.power_w) : "") },
    { head: "soc", css: "right", cell: (o) => (o.soc_percent === undefined ? "" : `${o.soc_percent} %`) },
    { head: "energy", css: "right", cell: (o) => kwh(o.energy_wh) },
    { head: "cost", css: "right strong", cell: (o) => price(o.cost_minor, o.currency) },
    { head: "limit", css: "right", cell: (o) => price(o.limits.max_cost_minor, o.limits.currency) },
  ], { max: 1000, newestFirst: true }),
  transactions: new Table(byId("transactions"), [
    { head: "started", cell: (t) => when(t.started_at) },
    { head: "ended", cell: (t) => when(t.ended_at) },
    { head: "pile", css: "strong", cell: (t) => t.station_id },
    { head: "evse", css: "right", cell: (t) => String(t.evse) },
    { head: "state", cell: (t) => (t.ended ? { text: page.t("finished"), tone: "off" } : { text: t.charging_state ?? "", tone: t.charging_state === "Charging" ? "blue" : "amber" }) },
    { head: "power", css: "right", cell: (t) => (t.ended ? "" : kw(t.power_w ?? 0)) },
    { head: "energy", css: "right strong", cell: (t) => kwh(t.energy_wh ?? 0) },
    { head: "cost", css: "right", cell: (t) => { const o = orders.get(t.order_id); return o ? price(o.cost_minor, o.currency) : ""; } },
    { head: "stopped", cell: (t) => t.stopped_reason ?? "" },
    { head: "seq", cell: (t) => `${(t.last_seq_no ?? -1) + 1}${t.ended ? ` · ${page.t(t.complete ? "complete" : "gaps")}` : ""}` },
    { head: "transaction", css: "mono", cell: (t) => short(t.transaction_id) },
  ], { max: 1000, newestFirst: true }),
  settlements: new Table(byId("settlements"), [
    { head: "ended", cell: (o) => when(o.receipt.ended_at) },
    { head: "vehicle", css: "strong", cell: (o) => o.vehicle_id },
    { head: "evse", css: "mono", cell: (o) => o.evse_id },
    { head: "duration", css: "right", cell: (o) => clock(o.receipt.duration_s) },
    { head: "energy", css: "right", cell: (o) => kwh(o.receipt.energy_wh) },
    { head: "sum", css: "right", cell: (o) => price(o.receipt.sum_minor, o.receipt.currency) },
    { head: "waived", css: "right", cell: (o) => price(o.receipt.waived_minor, o.receipt.currency) },
    { head: "total", css: "right strong", cell: (o) => price(o.receipt.total_minor, o.receipt.currency) },
    { head: "receipt", css: "mono", cell: (o) => short(o.receipt.receipt_id) },
  ], { max: 1000, newestFirst: true }),
  messages: new Table(byId("messages"), [
    { head: "at", cell: (m) => new Date(m.at).toLocaleTimeString(page.locale(), { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 }) },
    { head: "pile", css: "strong", cell: (m) => m.station },
    { head: "direction", cell: (m) => (m.direction === "received" ? `← ${page.t("received")}` : `→ ${page.t("sent")}`) },
    { head: "kind", cell: (m) => kindOf(m) },
    { head: "text", css: "mono", cell: (m) => m.text + (m.cut ? " …" : "") },
  ], { max: 1500, newestFirst: true }),
};
page.fill(document);

/** Calls carry their action; answers only the id of the call. @param {any} message */
function kindOf(message) {
  const head = /^\[(\d),"([^"]*)"(?:,"([^"]*)")?/.exec(message.text);
  if (!head) return "";
  if (head[1] === "2") return head[3] ?? "";
  return `${calls.get(head[2] ?? "") ?? ""} ${page.t(head[1] === "3" ? "answer" : "error")}`.trim();
}

/** @param {any} message */
function addMessage(message) {
  const call = /^\[2,"([^"]*)","([^"]*)"/.exec(message.text);
  if (call) calls.set(call[1] ?? "", call[2] ?? "");
  while (calls.size > 1000) calls.delete(calls.keys().next().value ?? "");
  tables.messages.put(String(message.seq), message);
}

/** @param {any} station */
function addStation(station) {
  stations.set(station.station_id, station);
  for (const evse of station.evses) tables.piles.put(placeOf(station.station_id, evse.evse), { station, evse });
}

/** @param {any} order */
function addOrder(order) {
  orders.set(order.order_id, order);
  while (orders.size > 1000) orders.delete(orders.keys().next().value);
  tables.orders.put(order.order_id, order);
  if (order.receipt) tables.settlements.put(order.order_id, order);
  if (order.transaction_id) tables.transactions.touch(order.transaction_id);
}

/** @param {any} transaction */
function addTransaction(transaction) {
  const place = placeOf(transaction.station_id, transaction.evse);
  transactions.set(transaction.transaction_id, transaction);
  while (transactions.size > 1000) transactions.delete(transactions.keys().next().value);
  tables.transactions.put(transaction.transaction_id, transaction);
  if (!transaction.ended) running.set(place, transaction);
  else if (running.get(place)?.transaction_id === transaction.transaction_id) running.delete(place);
  tables.piles.touch(place);
}

function totals() {
  const connected = [...stations.values()].filter((s) => s.connected).length;
  const charging = [...running.values()].filter((t) => t.charging_state === "Charging");
  put(byId("n-piles"), `${connected} / ${stations.size}`);
  put(byId("n-charging"), String(charging.length));
  put(byId("n-power"), kw(charging.reduce((sum, t) => sum + (t.power_w ?? 0), 0)));
  put(byId("n-orders"), String([...orders.values()].filter(open).length));
  const { n, all } = tables[view].counts();
  put(byId("count"), page.t("shown", { n, all }));
}
for (const table of Object.values(tables)) table.changed = totals;

/** @param {string} path */
async function get(path) {
  const answer = await fetch(api + path);
  if (answer.status === 401) showLogin();
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

/** Answers carry no action: all of the ring's newest are read beside what the filter finds in it. */
async function readMessages() {
  const text = byId("filter").value.trim();
  const [byStation, byText, newest] = await Promise.all([get(`/messages?limit=500&station=${encodeURIComponent(text)}`), get(`/messages?limit=500&text=${encodeURIComponent(text)}`), get("/messages?limit=500")]);
  const all = new Map([...newest.messages, ...byStation.messages, ...byText.messages].map((m) => [m.seq, m]));
  tables.messages.clear();
  for (const message of [...all.values()].sort((a, b) => a.seq - b.seq)) addMessage(message);
}

/** The stream is open: what changes from now on comes as events; the lists bring what was before. */
async function readLists() {
  held = [];
  const [s, o, t] = await Promise.all([get("/stations"), get("/orders"), get("/transactions")]);
  running.clear();
  s.stations.sort((/** @type {any} */ a, /** @type {any} */ b) => a.station_id.localeCompare(b.station_id, "en", { numeric: true })).forEach(addStation);
  o.orders.reverse().forEach(addOrder);
  t.transactions.sort((/** @type {any} */ a, /** @type {any} */ b) => (a.started_at ?? "").localeCompare(b.started_at ?? "")).forEach(addTransaction);
  for (const late of held) late();
  held = null;
  await readMessages();
  totals();
}

/** @param {(data: any) => void} handler */
const orHold = (handler) => (/** @type {any} */ data) => (held ? held.push(() => handler(data)) : handler(data));

function connection(/** @type {boolean} */ isOpen) {
  put(byId("link"), page.t(isOpen ? "live" : "lost"));
  byId("link").className = `chip tone-${isOpen ? "green" : "red"}`;
  if (isOpen) readLists().catch(() => (held = null));
  else get("/status").catch(() => {}); // has the session ended?
}

function showBoard() {
  byId("login").hidden = true;
  for (const id of ["board", "link", "logout"]) byId(id).hidden = false;
  choose(views.includes(location.hash.slice(1)) ? location.hash.slice(1) : "piles");
  unfollow ??= follow(`${api}/events`, {
    station: orHold(addStation),
    order: orHold(addOrder),
    transaction: orHold(addTransaction),
    messages: (/** @type {any} */ data) => paused || data.messages.forEach(addMessage),
  }, connection);
}

function showLogin() {
  unfollow?.();
  unfollow = null;
  for (const id of ["board", "link", "logout"]) byId(id).hidden = true;
  byId("login").hidden = false;
  byId("token").focus();
}

/** @param {string} name */
function choose(name) {
  view = name;
  history.replaceState(null, "", `#${name}`);
  for (const other of views) {
    byId(other).hidden = other !== name;
    byId(`tab-${other}`).setAttribute("aria-selected", String(other === name));
    byId(`tab-${other}`).tabIndex = other === name ? 0 : -1;
  }
  byId("pause").hidden = name !== "messages";
  tables[name].setFilter(byId("filter").value);
}

for (const name of views) byId(`tab-${name}`).addEventListener("click", () => choose(name));
document.querySelector('[role="tablist"]')?.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[/** @type {KeyboardEvent} */ (event).key];
  if (!step) return;
  choose(views[(views.indexOf(view) + step + views.length) % views.length]);
  byId(`tab-${view}`).focus();
});
let typing = 0;
byId("filter").addEventListener("input", () => {
  tables[view].setFilter(byId("filter").value);
  clearTimeout(typing); // the server's ring holds more messages than this page
  if (view === "messages") typing = setTimeout(() => readMessages().catch(() => {}), 300);
});
byId("pause").addEventListener("click", () => {
  paused = !paused;
  byId("pause").setAttribute("aria-pressed", String(paused));
  if (!paused) readMessages().catch(() => {});
});
byId("login").addEventListener("submit", async (/** @type {Event} */ event) => {
  event.preventDefault();
  try {
    const answer = await fetch("/operator/session", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token: byId("token").value }) });
    const wait = answer.headers.get("Retry-After") ?? "";
    put(byId("refused"), answer.ok ? "" : answer.status === 429 ? page.t("wait", { s: wait }) : page.t("wrong"));
    byId("token").value = "";
    if (answer.ok) showBoard();
  } catch {
    put(byId("refused"), page.t("unreachable"));
  }
});
byId("logout").addEventListener("click", async () => {
  await fetch("/operator/session", { method: "DELETE" });
  showLogin();
});

get("/status").then(showBoard, showLogin);
