// Shared by all three pages: elements out of texts. Every text goes in as text, never as markup.
// @ts-check

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
