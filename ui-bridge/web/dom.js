// Elements out of texts. Every text goes in as text, never as markup.

/** @typedef {Node | string | null | undefined | false} Child */

/**
 * @param {string} tag with classes: "p.soft"
 * @param {Record<string, string | boolean | EventListener>} [attributes] functions become listeners ("click")
 * @param {...Child} children
 * @returns {HTMLElement}
 */
export function make(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split('.');
  const element = document.createElement(name);
  if (classes.length > 0) element.className = classes.join(' ');
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(key, value);
    else if (value !== false) element.setAttribute(key, value === true ? '' : value);
  }
  place(element, children);
  return element;
}

/** @param {Element} parent @param {Child[]} children */
export function place(parent, children) {
  parent.replaceChildren(.../** @type {(Node | string)[]} */ (children.filter(Boolean)));
}

/**
 * @param {string} name
 * @param {Record<string, string>} attributes
 * @param {...Element} children
 */
export function draw(name, attributes, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

const ICONS = {
  charge: 'M13 2 5 14h6l-1 8 9-13h-6l1-7z',
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
