// The pile's front and the simulator's levers. The pile decides what is shown ("step", "light"); this page
// only finds the words. State comes as events of /sim/events, levers are calls of protocol/README.md section 5.
// @ts-check
import { follow } from "./events.js";
import { byId, clock, languageOf, money, put, themes } from "./page.js";
import { Keypad } from "./keypad.js";
import { words } from "./words.js";

/** @type {any} */
let state = null;
/** @type {Map<number, HTMLElement>} */
const sections = new Map();
/** What a vehicle of each kind brings; the same numbers as in protocol/README.md section 5. */
/** Steps of the lever; the pile's own clock runs so much faster while energy flows. */
const speeds = [1, 30, 240, 1000];
const kinds = { compact: [60, 20, 100], van: [90, 35, 11] };

const page = languageOf(words, () => state && show(state));
themes();

/** @param {string} text */
function complain(text) {
  byId("problem").hidden = text === "";
  put(byId("problem"), text);
}

/** @param {string} lever @param {object} body @returns {Promise<boolean>} whether the pile did it */
async function pull(lever, body) {
  try {
    const answer = await fetch(`/sim/${lever}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    const json = await answer.json();
    complain(answer.ok ? "" : json.detail || json.title);
    if (answer.ok) show(json);
    return answer.ok;
  } catch {
    complain(page.t("gone"));
    return false;
  }
}

/** @param {any} form */
function vehicleOf(form) {
  const id = form.vehicle_id.value.trim();
  if (form.kind.value !== "own" && !id) return form.kind.value;
  return { ...(id ? { id } : {}), battery_wh: form.battery_kwh.valueAsNumber * 1000, soc_percent: form.soc_percent.valueAsNumber, max_power_w: form.power_kw.valueAsNumber * 1000 };
}

/** @param {number} number @param {HTMLElement} section */
function wire(number, section) {
  const form = /** @type {any} */ (section.querySelector("form"));
  const now = () => state.evses.find((/** @type {any} */ e) => e.evse === number);
  const fields = [form.battery_kwh, form.soc_percent, form.power_kw];
  form.kind.addEventListener("change", () => {
    const numbers = kinds[/** @type {keyof typeof kinds} */ (form.kind.value)];
    if (numbers) fields.forEach((field, i) => (field.value = String(numbers[i])));
  });
  for (const field of fields) field.addEventListener("input", () => (form.kind.value = "own"));
  form.addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    pull("plug", { evse: number, vehicle: vehicleOf(form) });
  });
  const levers = {
    unplug: () => ({ evse: number }),
    stop: () => ({ evse: number }),
    bay: () => ({ evse: number, occupied: !now().bay_occupied }),
    fault: () => ({ evse: number, fault: !now().fault }),
    uplink: () => ({ up: !state.uplink }),
  };
  form.speed.addEventListener("change", () => pull("speed", { factor: speeds[form.speed.valueAsNumber] }));
  section.querySelector(".type")?.addEventListener("click", () => keypad.open(number));
  for (const [lever, body] of Object.entries(levers))
    section.querySelector(`[data-lever="${lever}"]`)?.addEventListener("click", () => pull(lever, body()));
  section.querySelector(".code")?.addEventListener("click", () => {
    enlarge(now());
    byId("large").showModal();
  });
}

/** @param {any} evse */
function sectionOf(evse) {
  let section = sections.get(evse.evse);
  if (section) return section;
  section = /** @type {HTMLElement} */ (byId("evse").content.firstElementChild.cloneNode(true));
  page.fill(section);
  wire(evse.evse, section);
  sections.set(evse.evse, section);
  byId("evses").append(section);
  return section;
}

// What the operator says to the driver: plain text, whatever it looks like. Rebuilt only when it has changed.
/** @param {HTMLElement} list @param {{text: string, language?: string}[]} messages */
function showDisplay(list, messages) {
  const key = JSON.stringify(messages);
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  list.hidden = messages.length === 0;
  list.replaceChildren(...messages.map((message) => {
    const item = document.createElement("li");
    item.textContent = message.text;
    if (message.language) item.lang = message.language;
    return item;
  }));
}

/** A dynamic code is another one after each interval. @param {any} evse @param {HTMLElement} section */
function showCode(evse, section) {
  const image = /** @type {HTMLImageElement} */ (section.querySelector(".qr"));
  if (image.alt === evse.qr) return;
  image.alt = evse.qr;
  image.src = `/qr.svg?evse=${evse.evse}&of=${encodeURIComponent(evse.qr.slice(-24))}`; // else the browser shows its copy of the last one
  const large = byId("large");
  if (large.open && large.dataset.evse === String(evse.evse)) enlarge(evse);
  const renews = /** @type {HTMLElement} */ (section.querySelector(".renews"));
  const left_s = evse.qr_valid_until ? (Date.parse(evse.qr_valid_until) - Date.now()) / 1000 : 0;
  renews.hidden = left_s <= 0;
  const bar = /** @type {HTMLElement} */ (section.querySelector(".left"));
  bar.getAnimations().forEach((each) => each.cancel());
  if (left_s > 0) bar.animate([{ transform: "scaleX(1)" }, { transform: "scaleX(0)" }], { duration: left_s * 1000, fill: "forwards" });
}

/** @param {any} evse */
function enlarge(evse) {
  const large = byId("large");
  const image = large.querySelector("img");
  large.dataset.evse = String(evse.evse);
  image.src = `/qr.svg?evse=${evse.evse}&of=${encodeURIComponent(evse.qr.slice(-24))}`;
  image.alt = evse.qr;
  put(byId("large-id"), evse.evse_id);
}

/** What the operator shows, and what the pile said to a code or a vehicle. @param {any} evse @param {HTMLElement} section */
function showWords(evse, section) {
  const texts = (evse.display ?? []).map((/** @type {any} */ each) => each.text);
  const list = /** @type {HTMLElement} */ (section.querySelector(".display"));
  if (list.dataset.texts !== JSON.stringify(texts)) {
    list.dataset.texts = JSON.stringify(texts);
    list.replaceChildren(...texts.map((/** @type {string} */ text) => Object.assign(document.createElement("li"), { textContent: text })));
  }
  const admission = evse.admission;
  const said = /** @type {HTMLElement} */ (section.querySelector(".admission"));
  said.hidden = !admission;
  if (admission) put(said, wordOf(admission));
  said.classList.toggle("refused", admission?.outcome === "refused");
}

/** @param {any} admission */
function wordOf(admission) {
  if (admission.outcome !== "refused") return page.t(admission.outcome);
  const more = admission.locked_s ? page.t("wait_s", { s: admission.locked_s }) : admission.tries_left !== undefined ? page.t("tries", { n: admission.tries_left }) : "";
  return `${page.t(`no-${admission.reason}`)} ${more}`.trim();
}

const keypad = new Keypad(page, async (number, code) => {
  if (await pull("keypad", { evse: number, code })) return "";
  const news = await fetch("/sim/state").then((answer) => answer.json(), () => null);
  const admission = news?.evses.find((/** @type {any} */ e) => e.evse === number)?.admission;
  complain("");
  return admission ? wordOf(admission) : page.t("gone");
});
page.fill(document);

/** @param {any} evse */
function showEvse(evse) {
  const section = sectionOf(evse);
  const session = evse.transaction ?? evse.last_session;
  const text = (/** @type {string} */ name, /** @type {string} */ value) => put(/** @type {Element} */ (section.querySelector(name)), value);
  const lever = (/** @type {string} */ name) => /** @type {HTMLButtonElement} */ (section.querySelector(`[data-lever="${name}"]`));
  section.className = `evse tone-${evse.light} step-${evse.step}`;
  text(".id", evse.evse_id);
  text(".step", page.t(`step-${evse.step}`));
  text(".hint", page.t(`hint-${evse.step}`));
  showDisplay(/** @type {HTMLElement} */ (section.querySelector(".display")), evse.display ?? []);
  text(".power", (evse.power_w / 1000).toFixed(1));
  text(".energy", ((session?.energy_wh ?? 0) / 1000).toFixed(2));
  text(".elapsed", session ? clock(session.duration_s) : "–");
  const cost = session?.cost_minor; // only some operators tell it while the car charges
  /** @type {HTMLElement} */ (section.querySelector(".costs")).hidden = cost === undefined;
  if (cost !== undefined) text(".cost", money(cost, session.currency ?? "", page.locale()));
  text(".meter", `${(evse.meter_wh / 1000).toFixed(1)} kWh`);
  const battery = /** @type {HTMLElement} */ (section.querySelector(".battery"));
  battery.hidden = evse.soc_percent === undefined;
  if (!battery.hidden) {
    text(".soc", `${evse.soc_percent.toFixed(1)} %`);
    const bar = /** @type {HTMLProgressElement} */ (battery.querySelector("progress"));
    bar.value = evse.soc_percent;
    bar.setAttribute("aria-label", page.t("battery"));
  }
  showCode(evse, section);
  showWords(evse, section);
  const speed = Math.max(0, speeds.findLastIndex((each) => each <= state.speed));
  const range = /** @type {any} */ (section.querySelector("form")).speed;
  if (document.activeElement !== range) range.value = String(speed);
  text(".speed output", `× ${state.speed}`);
  lever("plug").disabled = evse.cable;
  lever("unplug").disabled = !evse.cable;
  lever("stop").disabled = !evse.authorized;
  lever("bay").setAttribute("aria-pressed", String(evse.bay_occupied));
  lever("fault").setAttribute("aria-pressed", String(evse.fault));
  lever("uplink").setAttribute("aria-pressed", String(!state.uplink));
}

/** @param {any} news */
function show(news) {
  state = news;
  const word = !state.connected ? "down" : state.boot === "accepted" ? "online" : "registering";
  const waits = state.queued > 0 && word !== "online" ? ` · ${page.t("waiting", { n: state.queued })}` : "";
  put(byId("identity"), page.t("pile", { id: state.identity }));
  put(byId("uplink"), page.t(word) + waits);
  byId("uplink").className = `chip tone-${{ down: "red", online: "green", registering: "amber" }[word]}`;
  for (const evse of state.evses) showEvse(evse);
}

byId("print").addEventListener("click", () => print());
byId("close").addEventListener("click", () => byId("large").close());
follow("/sim/events", { state: show }, (open) => complain(open ? "" : page.t("gone")));
