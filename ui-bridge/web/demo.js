// The demo bar: the lever of the simulated vehicle. Loaded only when rearcharge-ui was started with --demo-bar; no car has it.
import {make} from './dom.js';

/** @param {import('./main.js').Face} face */
export function demoBar(face) {
  const gears = ['R', 'P', 'D'].map((gear) => make('button.button', {type: 'button', 'data-gear': gear, 'aria-label': face.words[`lever_${gear}`],
    click: () => face.bridge.act(`/demo/${gear}`).catch((/** @type {unknown} */ error) => face.complain(error))}, make('b', {}, gear), make('span', {}, face.words[`lever_${gear}`])));
  return make('aside.demo', {'aria-label': face.words.demo_bar}, make('span.label', {}, face.words.demo_bar), ...gears);
}
