// Vehicles: what they may be asked, and the codes by which piles know them without network.
// @ts-check
import { api } from "./api.js";
import { editor, fill, list } from "./cards.js";
import { make } from "./dom.js";

const TYPES = ["Central", "eMAID", "MacAddress", "Local", "ISO14443", "ISO15693"];

export class VehiclesView {
  /** @param {HTMLElement} element @param {import("./offers.js").Page} page @param {(error: unknown) => void} complain */
  constructor(element, page, complain) {
    this.element = element;
    this.page = page;
    this.complain = complain;
    /** @type {Map<string, string>} what a vehicle has answered */
    this.answers = new Map();
  }

  async enter() {
    const [{ vehicles }, { codes }, { lists }, { offline_codes }, { vouchers }] = await Promise.all(
      ["/vehicles", "/codes", "/local-lists", "/offline-codes", "/vouchers"].map((path) => api(path)));
    const t = this.page.t;
    const when = (/** @type {string | undefined} */ text) => (text ? new Date(text).toLocaleString(this.page.locale(), { dateStyle: "short", timeStyle: "short" }) : "");
    fill(this.element, [
      list(t, ["vehicle", "online", "news", "answer"], vehicles.map((/** @type {any} */ v) => ({
        cells: [v.vehicle_id, t(v.streams > 0 ? "yes" : "no"), (v.kinds ?? []).join(", "), make("span.mono", {}, this.answers.get(v.vehicle_id) ?? "")],
        actions: [["ask", () => this.ask(v.vehicle_id)]],
      })), this.complain),
      make("h2", {}, t("codes")),
      list(t, ["vehicle", "type", "id_token", "pile", "energy", "state"], codes.map((/** @type {any} */ c) => ({
        cells: [c.vehicle_id, c.type, c.id_token, c.station_id ?? t("every_pile"), `${c.max_energy_wh / 1000} kWh`, t(c.blocked ? "blocked" : "valid_now")],
        actions: [[c.blocked ? "unblock" : "block", () => this.change(`/codes/${c.code_id}/${c.blocked ? "unblock" : "block"}`, "POST", {})], ["remove", () => this.change(`/codes/${c.code_id}`, "DELETE")]],
      })), this.complain),
      editor(t, "new_code", [
        { name: "vehicle_id", label: "vehicle", required: true, options: vehicles.map((/** @type {any} */ v) => [v.vehicle_id, v.vehicle_id]) },
        { name: "type", label: "type", options: TYPES.map((type) => [type, type]) }, { name: "id_token", label: "id_token", required: true },
        { name: "station_id", label: "only_pile" }, { name: "max_energy_wh", label: "energy_wh", type: "number", min: 1000 }, { name: "expires_at", label: "until", type: "datetime-local" },
      ], (values) => this.change("/codes", "POST", values)),
      make("h2", {}, t("local_lists")),
      list(t, ["pile", "version", "entries", "state", "problem"], lists.map((/** @type {any} */ l) => ({
        cells: [l.station_id, String(l.version), String(l.entries), t(l.up_to_date ? "up_to_date" : "waits"), l.problem ?? ""], actions: [] })), this.complain),
      make("h2", {}, t("offline_codes")),
      list(t, ["vehicle", "pile", "evse", "created", "until", "state"], offline_codes.map((/** @type {any} */ c) => ({
        cells: [c.vehicle_id, c.station_id, String(c.evse), when(c.issued_at), when(c.valid_until), t(c.state)], actions: [] })), this.complain),
      make("h2", {}, t("vouchers")),
      list(t, ["vehicle", "created", "until", "energy", "used_n"], vouchers.map((/** @type {any} */ v) => ({
        cells: [v.vehicle_id, when(v.issued_at), when(v.expires_at), `${v.energy_cap_wh / 1000} kWh`, String(v.uses)], actions: [] })), this.complain),
    ]);
  }

  /** @param {string} vehicle */
  async ask(vehicle) {
    const { vehicle_id: _, ...answer } = await api(`/vehicles/${encodeURIComponent(vehicle)}/query`, "POST", { want: ["position", "soc", "plug", "gear"] });
    this.answers.set(vehicle, JSON.stringify(answer));
    await this.enter();
  }

  /** @param {string} path @param {string} method @param {object} [body] */
  async change(path, method, body) {
    await api(path, method, body);
    await this.enter();
  }
}
