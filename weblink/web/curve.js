// Shared by the head unit and the operator's page: power over time.
// @ts-check
import {draw} from './dom.js';

const WIDTH = 400; // about what it gets: its letters then have the size of the others
const HEIGHT = 160;
const LEFT = 54;
const BOTTOM = 26;
const TOP = 12;

/** @param {number} kw the next round number above */
function ceiling(kw) {
  const step = [5, 10, 25, 50, 100, 150, 200, 250, 350, 500].find((each) => each >= kw);
  return step ?? Math.ceil(kw / 100) * 100;
}

/** @param {number} s */
function clock(s) {
  return s < 3600 ? `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, '0')}` : `${Math.floor(s / 3600)}:${String(Math.floor(s / 60) % 60).padStart(2, '0')} h`;
}

/** @param {number} x @param {number} y @param {string} content @param {string} anchor */
function label(x, y, content, anchor) {
  const node = draw('text', {x: `${x}`, y: `${y}`, 'text-anchor': anchor});
  node.textContent = content;
  return node;
}

/**
 * @param {[number, number][]} points seconds, kW
 * @param {number} maxKw
 * @param {string} title for who cannot see it
 */
export function powerCurve(points, maxKw, title) {
  const top = ceiling(Math.max(maxKw, 1));
  const end = Math.max(points.at(-1)?.[0] ?? 0, 1);
  const x = (/** @type {number} */ s) => LEFT + (s / end) * (WIDTH - LEFT - 6);
  const y = (/** @type {number} */ kw) => TOP + (1 - kw / top) * (HEIGHT - TOP - BOTTOM);
  const steps = points.map(([s, kw]) => `${x(s).toFixed(1)},${y(kw).toFixed(1)}`);
  const grid = [0, top / 2, top].map((kw) => draw('line', {x1: `${LEFT}`, x2: `${WIDTH - 6}`, y1: `${y(kw)}`, y2: `${y(kw)}`}));
  const svg = draw('svg', {viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: 'curve', role: 'img', 'aria-label': title}, ...grid,
    label(LEFT - 8, y(top) + 6, `${top}`, 'end'), label(LEFT - 8, y(0) + 6, '0 kW', 'end'),
    label(LEFT, HEIGHT - 4, '0:00', 'start'), label(WIDTH - 6, HEIGHT - 4, clock(end), 'end'));
  if (steps.length > 1) {
    svg.append(draw('polygon', {points: `${x(points[0][0])},${y(0)} ${steps.join(' ')} ${x(points[points.length - 1][0])},${y(0)}`}),
      draw('polyline', {points: steps.join(' ')}));
  }
  return svg;
}
