// The map, drawn from our own data: north is up, rings say how far. It needs no tiles and no network.
import {draw} from './dom.js';

/** @typedef {import('./bridge.js').Pile} Pile */

const SIZE = 640; // of the drawing; the screen scales it
const EDGE = 70; // kept free around: letters and signs have a size

/** @param {number} x @param {number} y @param {string} content @param {string} name */
function label(x, y, content, name) {
  const node = draw('text', {x: `${x}`, y: `${y}`, class: name, 'text-anchor': 'middle'});
  node.textContent = content;
  return node;
}

/** @param {number} metres */
const ringName = (metres) => (metres < 1000 ? `${metres} m` : `${metres / 1000} km`);

/** A ring at a round distance, two at most inside the farthest. @param {number} farthest metres */
function ringsOf(farthest) {
  const steps = [50, 100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000];
  const outer = steps.find((each) => each >= farthest) ?? farthest;
  return {outer, rings: steps.filter((each) => each <= outer).slice(-2)};
}

/** Piles of one place share a sign, numbered as in the list. @param {Pile[]} piles */
function placesOf(piles) {
  /** @type {Map<string, {pile: Pile, numbers: number[], piles: Pile[]}>} */
  const places = new Map();
  piles.forEach((pile, i) => {
    const key = `${pile.east_m},${pile.north_m}`;
    const place = places.get(key) ?? {pile, numbers: [], piles: []};
    place.numbers.push(i + 1);
    place.piles.push(pile);
    places.set(key, place);
  });
  return [...places.values()];
}

/**
 * @param {Pile[]} piles
 * @param {string} chosen evse id
 * @param {import('./bridge.js').Words} words
 * @param {(evse: string) => void} choose
 */
export function map(piles, chosen, words, choose) {
  const farthest = Math.max(100, ...piles.map((pile) => Math.hypot(pile.east_m, pile.north_m)));
  const {outer, rings} = ringsOf(farthest);
  const scale = (SIZE / 2 - EDGE) / outer;
  const middle = SIZE / 2;
  const svg = draw('svg', {viewBox: `0 0 ${SIZE} ${SIZE}`, class: 'map', role: 'group', 'aria-label': words.map});
  for (const ring of rings) {
    svg.append(draw('circle', {cx: `${middle}`, cy: `${middle}`, r: `${ring * scale}`, class: 'distance'}),
      label(middle, middle - ring * scale - 8, ringName(ring), 'far'));
  }
  svg.append(label(middle, 26, words.north, 'north'),
    draw('path', {d: `M${middle} ${middle - 20} l17 38 l-17 -10 l-17 10z`, class: 'car'}));
  for (const {pile, numbers, piles: here} of placesOf(piles)) {
    const x = middle + pile.east_m * scale;
    const y = middle - pile.north_m * scale;
    const best = here.find((each) => each.free) ?? pile;
    const isChosen = here.some((each) => each.evse === chosen);
    const sign = draw('g', {class: `place ${best.tone}${isChosen ? ' chosen' : ''}`, role: 'button', 'aria-pressed': `${isChosen}`,
      'aria-label': `${numbers.join(', ')}: ${pile.place}, ${best.status}`},
    draw('circle', {cx: `${x}`, cy: `${y}`, r: '60', class: 'touch'}), draw('circle', {cx: `${x}`, cy: `${y}`, r: '28'}),
    label(x, y + 11, numbers.length > 1 ? `${numbers[0]}+` : `${numbers[0]}`, 'number'));
    sign.addEventListener('click', () => choose(best.evse)); // the list is what a knob goes through
    svg.append(sign);
  }
  return svg;
}
