// Small parts of the head unit's screens: icons, rows of a card.
import {draw, make} from './dom.js';

const ICONS = {
  charge: 'M13 2 5 14h6l-1 8 9-13h-6l1-7z',
  around: 'M12 21c4-5 7-8.2 7-12a7 7 0 1 0-14 0c0 3.8 3 7 7 12zM12 6.5a2.5 2.5 0 1 0 .01 0',
  history: 'M4 5h16M4 12h16M4 19h10',
  settings: 'M4 7h9m5 0h2M4 17h3m5 0h8M15.5 4.5v5M9.5 14.5v5',
  camera: 'M4 8h3l2-3h6l2 3h3v11H4zM12 10a3.2 3.2 0 1 0 .01 0',
  server: 'M3 9a13 13 0 0 1 18 0M6 12.5a8.5 8.5 0 0 1 12 0M9 16a4.2 4.2 0 0 1 6 0M12 19.5v.1',
};

/** @param {keyof typeof ICONS} name */
export function icon(name) {
  return draw('svg', {viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true'}, draw('path', {d: ICONS[name]}));
}

/**
 * Rows of a card as a description list.
 * @param {{label: string, value: string, tone: string}[]} rows
 */
export function rowList(rows) {
  return make('dl.rows', {}, ...rows.map((row) => row.label
    ? make(`div.row${row.tone && '.' + row.tone}`, {}, make('dt', {}, row.label), make('dd', {}, row.value))
    : make(`div.note${row.tone && '.' + row.tone}`, {}, make('dt.unseen', {}, '·'), make('dd', {}, row.value))));
}
