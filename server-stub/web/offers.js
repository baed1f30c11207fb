// Offers, and the rules that make them by themselves.
// @ts-check
import { api } from "./api.js";
import { editor, fill, list } from "./cards.js";

/** @typedef {{t: (key: string, values?: Record<string, string | number>) => string, locale: () => string}} Page */

/** @param {Record<string, any>} values text, price and audience as the wire wants them */
function priceAndPlace({ discount_percent, tariff_id, latitude, longitude, radius_m, station_ids, audience, ...rest }) {
  const words = (/** @type {string} */ text) => text.split(/[\s,]+/).filter(Boolean);
  return {
    ...rest,
    ...(tariff_id ? { tariff_id } : { discount_percent: discount_percent ?? 10 }),
    ...(audience ? { audience: words(audience) } : {}),
    ...(station_ids ? { station_ids: words(station_ids), ...(rest.idle_minutes ? { radius_m: radius_m ?? 5000 } : {}) } : {}),
    ...(!station_ids && rest.idle_minutes ? { radius_m: radius_m ?? 5000 } : {}),
    ...(!station_ids && !rest.idle_minutes ? { place: { latitude, longitude, radius_m: radius_m ?? 5000 } } : {}),
  };
}

export class OffersView {
  /** @param {HTMLElement} element @param {Page} page @param {(error: unknown) => void} complain */
  constructor(element, page, complain) {
    this.element = element;
    this.page = page;
    this.complain = complain;
  }

  async enter() {
    const [{ offers }, { rules }] = await Promise.all([api("/offers"), api("/offer-rules")]);
    const t = this.page.t;
    const when = (/** @type {string | undefined} */ text) => (text ? new Date(text).toLocaleString(this.page.locale(), { dateStyle: "short", timeStyle: "short" }) : "");
    const price = (/** @type {any} */ each) => each.tariff_id ?? `−${each.discount_percent} %`;
    const where = (/** @type {any} */ each) => each.station_ids?.join(", ") ?? (each.place ? `${each.place.name ?? ""} ${each.place.radius_m} m`.trim() : `${each.radius_m} m`);
    const tomorrow = new Date(Date.now() + 86_400_000 - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
    fill(this.element, [
      list(t, ["text", "price", "place", "until", "state", "told", "accepted_n", "used_n"], offers.map((/** @type {any} */ o) => ({
        cells: [o.text, price(o), where(o), when(o.until), t(o.state), String(o.told), String(o.accepted), String(o.used)],
        actions: o.state === "open" || o.state === "planned" ? [["withdraw", () => this.change(`/offers/${o.offer_id}`, "DELETE")]] : [],
      })), this.complain),
      editor(t, "new_offer", [
        { name: "text", label: "text", required: true, wide: true }, { name: "discount_percent", label: "discount", type: "number", min: 1, max: 100, value: "10" },
        { name: "tariff_id", label: "or_tariff" }, { name: "station_ids", label: "stations_list", wide: true },
        { name: "latitude", label: "latitude", type: "number", step: "any" }, { name: "longitude", label: "longitude", type: "number", step: "any" },
        { name: "radius_m", label: "radius", type: "number", min: 50, max: 100000, value: "5000" },
        { name: "until", label: "until", type: "datetime-local", required: true, value: tomorrow }, { name: "audience", label: "audience", wide: true },
        { name: "single_use", label: "single_use", type: "checkbox" }, { name: "max_accepts", label: "max_accepts", type: "number", min: 0 },
      ], (values) => this.change("/offers", "POST", priceAndPlace(values))),
      list(t, ["text", "idle", "price", "place", "per_day", "made_today", "enabled"], rules.map((/** @type {any} */ r) => ({
        cells: [r.text, t("minutes", { n: r.idle_minutes }), price(r), where(r), String(r.max_per_day), String(r.made_today), t(r.enabled === false ? "off" : "on")],
        actions: [["remove", () => this.change(`/offer-rules/${r.rule_id}`, "DELETE")]],
      })), this.complain),
      editor(t, "new_rule", [
        { name: "text", label: "text", required: true, wide: true }, { name: "idle_minutes", label: "idle", type: "number", min: 1, max: 10080, value: "30", required: true },
        { name: "max_per_day", label: "per_day", type: "number", min: 1, max: 100, value: "3", required: true },
        { name: "valid_minutes", label: "valid", type: "number", min: 1, max: 1440, value: "60", required: true },
        { name: "discount_percent", label: "discount", type: "number", min: 1, max: 100, value: "10" }, { name: "tariff_id", label: "or_tariff" },
        { name: "radius_m", label: "radius", type: "number", min: 50, max: 100000, value: "5000" }, { name: "station_ids", label: "stations_list", wide: true },
      ], (values) => this.change("/offer-rules", "POST", priceAndPlace(values))),
    ]);
  }

  /** @param {string} path @param {string} method @param {object} [body] */
  async change(path, method, body) {
    await api(path, method, body);
    await this.enter();
  }
}
