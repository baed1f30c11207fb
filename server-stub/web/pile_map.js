// All piles on one drawing, from their own coordinates: no tiles, no network. A thousand signs are cheap: a change touches one.
// @ts-check
import { draw } from "./dom.js";

const WIDTH = 1000;
const HEIGHT = 620;
const EDGE = 30;

export class PileMap {
  /** @param {HTMLElement} place @param {string} label @param {(station: string) => void} choose */
  constructor(place, label, choose) {
    this.choose = choose;
    this.svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "group", "aria-label": label, class: "pile-map" });
    /** @type {Map<string, {sign: Element, latitude: number, longitude: number}>} */
    this.signs = new Map();
    this.frame = 0;
    place.replaceChildren(this.svg);
  }

  /** @param {any} station @param {string} tone of its best EVSE */
  put(station, tone) {
    const known = this.signs.get(station.station_id);
    const sign = known?.sign ?? draw("circle", { r: "9" }, draw("title", {}));
    sign.setAttribute("class", `tone-${tone}${station.connected ? "" : " away"}`);
    const title = `${station.station_id} ${station.name}`;
    if (sign.firstElementChild && sign.firstElementChild.textContent !== title) sign.firstElementChild.textContent = title;
    if (!known) {
      sign.addEventListener("click", () => this.choose(station.station_id));
      this.svg.append(sign);
    }
    if (known?.latitude === station.latitude && known?.longitude === station.longitude) return;
    this.signs.set(station.station_id, { sign, latitude: station.latitude, longitude: station.longitude });
    if (!this.frame) this.frame = requestAnimationFrame(() => this.fit());
  }

  /** A degree of longitude is as long as the cosine of the latitude says. */
  fit() {
    this.frame = 0;
    const all = [...this.signs.values()];
    const south = Math.min(...all.map((s) => s.latitude));
    const north = Math.max(...all.map((s) => s.latitude));
    const west = Math.min(...all.map((s) => s.longitude));
    const east = Math.max(...all.map((s) => s.longitude));
    const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180);
    const scale = Math.min((WIDTH - 2 * EDGE) / Math.max((east - west) * shrink, 1e-4), (HEIGHT - 2 * EDGE) / Math.max(north - south, 1e-4));
    for (const { sign, latitude, longitude } of all) {
      sign.setAttribute("cx", (WIDTH / 2 + (longitude - (west + east) / 2) * shrink * scale).toFixed(1));
      sign.setAttribute("cy", (HEIGHT / 2 - (latitude - (south + north) / 2) * scale).toFixed(1));
    }
  }
}
