// The operator's page: lists from the operator API, then every change as an event; piles are asked, set and controlled here.
// @ts-check
import { api, eventsUrl, whenLoggedOut } from "./api.js";
import { kw, tablesOf, toneOf } from "./columns.js";
import { follow } from "./events.js";
import { Live, placeOf } from "./live.js";
import { addMessage, kindWith, readMessages } from "./messages.js";
import { OffersView } from "./offers.js";
import { byId, languageOf, put, themes } from "./page.js";
import { PileMap } from "./pile_map.js";
import { StationPanel } from "./station.js";
import { VehiclesView } from "./vehicles.js";
import { words } from "./words.js";

const views = ["piles", "orders", "reservations", "transactions", "settlements", "offers", "vehicles", "messages"];
let view = "piles";
let paused = false;
/** @type {(() => void) | null} */
let unfollow = null;
/** Events that come while the lists are on their way. @type {(() => void)[] | null} */
let held = null;

const live = new Live();
const page = languageOf(words, redraw);
themes();
const openStation = (/** @type {string} */ station, /** @type {number} */ evse) => panel.open(station, evse);
const tables = tablesOf(page, live, byId, kindWith(page), openStation);
const panel = new StationPanel(byId("station"), byId("station-body"), page, live);
const map = new PileMap(byId("map"), page.t("map"), (station) => openStation(station, 1));
const entered = { offers: new OffersView(byId("offers"), page, complain), vehicles: new VehiclesView(byId("vehicles"), page, complain) };
page.fill(document);

function redraw() {
  for (const table of Object.values(tables)) table.redraw();
  panel.fillForm();
  panel.show();
  enter();
  totals();
}

/** Best news first: a pile with one free EVSE is green. @param {any} station */
function toneOfStation(station) {
  const tones = station.evses.map(toneOf);
  return ["green", "blue", "amber", "red"].find((tone) => tones.includes(tone)) ?? "off";
}

/** @param {any} station */
function addStation(station) {
  live.addStation(station);
  map.put(station, toneOfStation(station));
  for (const evse of station.evses) tables.piles.put(placeOf(station.station_id, evse.evse), { station, evse });
  panel.show(station.station_id);
}

/** @param {any} order */
function addOrder(order) {
  live.addOrder(order);
  tables.orders.put(order.order_id, order);
  if (order.receipt) tables.settlements.put(order.order_id, order);
  if (order.transaction_id) tables.transactions.touch(order.transaction_id);
}

/** @param {any} reservation */
function addReservation(reservation) {
  live.addReservation(reservation);
  tables.reservations.put(reservation.reservation_id, reservation);
}

/** @param {any} transaction */
function addTransaction(transaction) {
  const place = live.addTransaction(transaction);
  tables.transactions.put(transaction.transaction_id, transaction);
  tables.piles.touch(place);
  panel.show(transaction.station_id);
}

function totals() {
  const sum = live.totals();
  put(byId("n-piles"), `${sum.connected} / ${sum.stations}`);
  put(byId("n-charging"), String(sum.charging));
  put(byId("n-power"), kw(sum.power_w));
  put(byId("n-orders"), String(sum.open));
  const { n, all } = tables[view]?.counts() ?? { n: 0, all: 0 };
  put(byId("count"), tables[view] ? page.t("shown", { n, all }) : "");
}
for (const table of Object.values(tables)) table.changed = totals;

/** The stream is open: what changes from now on comes as events; the lists bring what was before. */
async function readLists() {
  held = [];
  const [s, o, r, t] = await Promise.all([api("/stations"), api("/orders"), api("/reservations"), api("/transactions")]);
  live.forgetRunning();
  s.stations.sort((/** @type {any} */ a, /** @type {any} */ b) => a.station_id.localeCompare(b.station_id, "en", { numeric: true })).forEach(addStation);
  o.orders.reverse().forEach(addOrder);
  r.reservations.reverse().forEach(addReservation);
  t.transactions.sort((/** @type {any} */ a, /** @type {any} */ b) => (a.started_at ?? "").localeCompare(b.started_at ?? "")).forEach(addTransaction);
  for (const late of held) late();
  held = null;
  await readMessages(tables.messages, byId("filter").value.trim());
  totals();
}

/** @param {(data: any) => void} handler */
const orHold = (handler) => (/** @type {any} */ data) => (held ? held.push(() => handler(data)) : handler(data));

function connection(/** @type {boolean} */ isOpen) {
  put(byId("link"), page.t(isOpen ? "live" : "lost"));
  byId("link").className = `chip tone-${isOpen ? "green" : "red"}`;
  if (isOpen) readLists().catch(() => (held = null));
  else api("/status").catch(() => {}); // has the session ended?
}

/** @param {unknown} error */
function complain(error) {
  byId("problem").hidden = !error;
  put(byId("problem"), error ? /** @type {Error} */ (error).message : "");
}

function showBoard() {
  byId("login").hidden = true;
  for (const id of ["board", "link", "logout"]) byId(id).hidden = false;
  choose(views.includes(location.hash.slice(1)) ? location.hash.slice(1) : "piles");
  unfollow ??= follow(eventsUrl, {
    station: orHold(addStation),
    order: orHold(addOrder),
    reservation: orHold(addReservation),
    transaction: orHold(addTransaction),
    messages: (/** @type {any} */ data) => paused || data.messages.forEach((/** @type {any} */ m) => addMessage(tables.messages, m)),
  }, connection);
}

function showLogin() {
  unfollow?.();
  unfollow = null;
  for (const id of ["board", "link", "logout"]) byId(id).hidden = true;
  byId("login").hidden = false;
  byId("token").focus();
}
whenLoggedOut(showLogin);

/** What is read when its view opens. */
function enter() {
  if (byId("board").hidden) return;
  if (view === "offers" || view === "vehicles") entered[view].enter().then(() => complain(null), complain);
}

/** @param {string} name */
function choose(name) {
  view = name;
  history.replaceState(null, "", `#${name}`);
  complain(null);
  for (const other of views) {
    byId(other).hidden = other !== name;
    byId(`tab-${other}`).setAttribute("aria-selected", String(other === name));
    byId(`tab-${other}`).tabIndex = other === name ? 0 : -1;
  }
  byId("pause").hidden = name !== "messages";
  byId("filter").hidden = !tables[name];
  tables[name]?.setFilter(byId("filter").value);
  totals();
  enter();
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
  tables[view]?.setFilter(byId("filter").value);
  clearTimeout(typing); // the server's ring holds more messages than this page
  if (view === "messages") typing = setTimeout(() => readMessages(tables.messages, byId("filter").value.trim()).catch(() => {}), 300);
});
byId("pause").addEventListener("click", () => {
  paused = !paused;
  byId("pause").setAttribute("aria-pressed", String(paused));
  if (!paused) readMessages(tables.messages, byId("filter").value.trim()).catch(() => {});
});
byId("station-close").addEventListener("click", () => panel.close());
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

api("/status").then(showBoard, showLogin);
