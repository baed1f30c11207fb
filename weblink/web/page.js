// Shared by the pile's panel and the operator's page: language, day and night, how numbers read.
// @ts-check

/** @typedef {Record<string, Record<string, string>>} Words  language -> key -> text */

/** @param {string} id @returns {any} */
export const byId = (id) => document.getElementById(id);

/** Remembers a choice where the browser lets us. @param {string} key @param {string} [value] */
function choice(key, value) {
  try {
    if (value !== undefined) localStorage.setItem(key, value);
    return localStorage.getItem(key);
  } catch {
    return value ?? null;
  }
}

/**
 * Language of the page: the choice, or else the browser's. Fills every [data-t] and [data-t-label].
 * @param {Words} words @param {() => void} changed  draws again what is not static
 */
export function languageOf(words, changed) {
  let language = new URLSearchParams(location.search).get("lang") ?? choice("language") ?? navigator.language;
  language = language.toLowerCase().startsWith("zh") ? "zh" : "en";
  /** @param {string} key @param {Record<string, string | number>} [values] */
  const t = (key, values = {}) =>
    (words[language][key] ?? words.en[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
  /** @param {ParentNode} root */
  const fill = (root) => {
    for (const node of root.querySelectorAll("[data-t]")) node.textContent = t(/** @type {HTMLElement} */ (node).dataset.t ?? "");
    for (const node of root.querySelectorAll("[data-t-label]")) node.setAttribute("aria-label", t(/** @type {HTMLElement} */ (node).dataset.tLabel ?? ""));
    for (const node of root.querySelectorAll("[data-t-hint]")) node.setAttribute("placeholder", t(/** @type {HTMLElement} */ (node).dataset.tHint ?? ""));
  };
  const apply = () => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    document.title = t("title");
    fill(document);
  };
  byId("language")?.addEventListener("click", () => {
    language = language === "zh" ? "en" : "zh";
    choice("language", language);
    apply();
    changed();
  });
  apply();
  return { t, fill, locale: () => (language === "zh" ? "zh-CN" : "en-GB") };
}

/** The button #theme switches between day and night; until then the system decides. */
export function themes() {
  const root = document.documentElement;
  const chosen = new URLSearchParams(location.search).get("theme") ?? choice("theme");
  if (chosen === "day" || chosen === "night") root.dataset.theme = chosen;
  byId("theme")?.addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "night" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "day" : "night";
    choice("theme", root.dataset.theme);
  });
}

/** @param {number} seconds */
export function clock(seconds) {
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const h = Math.floor(seconds / 3600);
  return `${h > 0 ? h + ":" : ""}${two(Math.floor(seconds / 60) % 60)}:${two(Math.floor(seconds) % 60)}`;
}

/** @param {number} minor @param {string} currency @param {string} locale */
export function money(minor, currency, locale) {
  return currency ? new Intl.NumberFormat(locale, { style: "currency", currency }).format(minor / 100) : (minor / 100).toFixed(2);
}

/** Writes only what is new: the screen reader and the layout stay quiet otherwise. @param {Element} node @param {string} text */
export function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
