// One pile: what it is doing, its running charges over time, and query, set, control with its answers.
// @ts-check
import { api } from "./api.js";
import { CALLS } from "./calls.js";
import { kw, kwh, toneOf } from "./columns.js";
import { powerCurve } from "./curve.js";
import { make, place } from "./dom.js";
import { placeOf } from "./live.js";

const ANSWERS_KEPT = 10;

export class StationPanel {
  /**
   * @param {HTMLElement} element
   * @param {HTMLElement} body where it draws
   * @param {{t: (key: string, values?: Record<string, string | number>) => string}} page
   * @param {import("./live.js").Live} live
   */
  constructor(element, body, page, live) {
    this.element = element; // what is shown and hidden
    this.page = page;
    this.live = live;
    this.station = "";
    this.evse = 1;
    this.head = make("div");
    this.facts = make("div.evses");
    this.answers = make("div.answers", { role: "log", "aria-live": "polite" });
    this.action = /** @type {HTMLSelectElement} */ (make("select", { name: "action", change: () => this.fillPayload() }));
    this.payload = /** @type {HTMLTextAreaElement} */ (make("textarea", { name: "payload", rows: "8", spellcheck: "false" }));
    this.form = make("form.call", { submit: (/** @type {Event} */ event) => { event.preventDefault(); this.send(); } });
    body.replaceChildren(this.head, this.facts, this.form, this.answers);
  }

  /** @param {string} station @param {number} evse */
  open(station, evse) {
    if (station !== this.station) this.answers.replaceChildren();
    this.station = station;
    this.evse = evse;
    this.element.hidden = false;
    this.fillForm();
    this.show();
    this.action.focus();
  }

  close() {
    this.station = "";
    this.element.hidden = true;
  }

  fillForm() {
    const t = this.page.t;
    const groups = /** @type {const} */ (["query", "set", "control"]).map((kind) => {
      const group = make("optgroup", { label: t(kind) });
      place(group, Object.keys(CALLS).filter((name) => CALLS[name].kind === kind).map((name) => make("option", { value: name }, name)));
      return group;
    });
    const before = this.action.value;
    place(this.action, groups);
    if (before) this.action.value = before;
    this.action.setAttribute("aria-label", t("action"));
    this.payload.setAttribute("aria-label", t("payload"));
    place(this.form, [this.action, make("button.primary", { type: "submit" }, t("send")), this.payload]);
    this.fillPayload();
  }

  fillPayload() {
    const transaction = this.live.running.get(placeOf(this.station, this.evse))?.transaction_id ?? "";
    this.payload.value = JSON.stringify(CALLS[this.action.value].payload({ evse: this.evse, transaction }), null, 2);
  }

  /** A station or a transaction has changed. @param {string} [station] */
  show(station = this.station) {
    if (!this.station || station !== this.station) return;
    const t = this.page.t;
    const s = this.live.stations.get(this.station);
    if (!s) return;
    place(this.head, [make("h2", {}, s.station_id, " ", make("small.soft", {}, s.name)),
      make("p.soft.small", {}, [s.operator, [s.vendor, s.model].filter(Boolean).join(" "), t(s.reachable ? "ready" : s.connected ? "registering" : "offline")].filter(Boolean).join(" · "))]);
    place(this.facts, s.evses.map((/** @type {any} */ evse) => this.fact(evse)));
  }

  /** @param {any} evse */
  fact(evse) {
    const t = this.page.t;
    const running = this.live.running.get(placeOf(this.station, evse.evse));
    const points = this.live.curves.get(running?.transaction_id)?.points ?? [];
    return make(`section.fact.tone-${toneOf(evse)}`, {}, make("h3", {}, `${evse.evse} · ${evse.evse_id}`),
      make("p.state", {}, `${evse.status} · ${evse.connector_status} · ${t("bay")} ${t(`bay-${evse.bay}`)}`),
      running && make("p.number", {}, `${kw(running.power_w ?? 0)} · ${kwh(running.energy_wh ?? 0)}${running.order_id ? ` · ${t("order")} ${running.order_id.slice(0, 8)}` : ""}`),
      points.length > 1 && powerCurve(points, Math.max(...points.map(([, power]) => power)), t("power")));
  }

  async send() {
    const t = this.page.t;
    const button = this.form.querySelector("button");
    const action = this.action.value;
    let payload;
    try {
      payload = JSON.parse(this.payload.value || "{}");
    } catch (error) {
      this.say(action, "red", t("bad_json"), String(error));
      return;
    }
    button?.setAttribute("disabled", "");
    try {
      const answer = await api(`/stations/${encodeURIComponent(this.station)}/call`, "POST", { action, payload });
      const status = answer.response?.status ?? "";
      const good = answer.outcome === "result" && !["Rejected", "Faulted", "NotSupported", "UnknownTransaction", "Failed"].includes(status);
      this.say(action, good ? "green" : "red", [answer.outcome === "result" ? status || t("answer") : answer.outcome, `${answer.took_ms} ms`, answer.report && t("items", { n: answer.report.length })].filter(Boolean).join(" · "),
        JSON.stringify(answer.report ?? answer.response ?? answer.error ?? {}, null, 2));
    } catch (error) {
      this.say(action, "red", /** @type {Error} */ (error).message, "");
    } finally {
      button?.removeAttribute("disabled");
    }
  }

  /** @param {string} action @param {string} tone @param {string} outcome @param {string} text */
  say(action, tone, outcome, text) {
    this.answers.prepend(make("article.answer", {}, make(`p.state.tone-${tone}`, {}, `${action}: ${outcome}`), text && make("pre.mono", { tabindex: "0", "aria-label": action }, text)));
    while (this.answers.children.length > ANSWERS_KEPT) this.answers.lastElementChild?.remove();
  }
}
