// Lists that are read when opened and after each change: offers, rules, vehicles, codes. One small form each.
// @ts-check
import { make, place } from "./dom.js";

/**
 * @typedef {{name: string, label: string, type?: string, value?: string, required?: boolean, options?: [string, string][], min?: number, max?: number, step?: string, wide?: boolean}} Field
 */

/** @param {Field} field @param {(key: string) => string} t */
function control(field, t) {
  const common = { name: field.name, id: `f-${field.name}`, required: field.required ?? false };
  if (field.options) return make("select", common, ...field.options.map(([value, text]) => make("option", { value, selected: value === field.value }, text)));
  /** @type {Record<string, string | boolean>} */
  const more = { type: field.type ?? "text", value: field.value ?? "" };
  for (const key of /** @type {const} */ (["min", "max", "step"])) if (field[key] !== undefined) more[key] = String(field[key]);
  if (field.type === "checkbox") return make("input", { ...common, type: "checkbox", checked: field.value === "true" });
  return make("input", { ...common, ...more, placeholder: field.label ? t(field.label) : "" });
}

/**
 * A form out of fields; send gets what was filled in, empty ones left out. Its error is shown below.
 * @param {(key: string) => string} t
 * @param {string} title
 * @param {Field[]} fields
 * @param {(values: Record<string, any>) => Promise<void>} send
 */
export function editor(t, title, fields, send) {
  const said = make("p.bad", { role: "alert" });
  const form = /** @type {HTMLFormElement} */ (make("form.editor.card", {
    submit: async (/** @type {Event} */ event) => {
      event.preventDefault();
      said.textContent = "";
      try {
        await send(valuesOf(form, fields));
        form.reset();
      } catch (error) {
        said.textContent = /** @type {Error} */ (error).message;
      }
    },
  }, make("h2", {}, t(title)), make("div.fields", {}, ...fields.map((field) => make(`label${field.wide ? ".wide" : ""}`, {}, make("span", {}, t(field.label)), control(field, t)))),
  make("button.primary", { type: "submit" }, t("save")), said));
  return form;
}

/** @param {HTMLFormElement} form @param {Field[]} fields */
function valuesOf(form, fields) {
  /** @type {Record<string, any>} */
  const values = {};
  for (const { name, type } of fields) {
    const input = /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
    if (type === "checkbox") values[name] = input.checked;
    else if (input.value !== "") values[name] = type === "number" ? input.valueAsNumber : type === "datetime-local" ? new Date(input.value).toISOString() : input.value;
  }
  return values;
}

/**
 * @param {(key: string) => string} t
 * @param {string[]} heads
 * @param {{cells: (string | Node)[], actions: [string, () => Promise<void>][]}[]} rows
 * @param {(error: unknown) => void} complain
 */
export function list(t, heads, rows, complain) {
  const press = (/** @type {() => Promise<void>} */ act) => () => void act().catch(complain);
  const table = make("table", {}, make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, t(head))), make("th", { scope: "col" }, t("actions")))),
    make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.cells.map((cell) => make("td", {}, cell)),
      make("td", {}, ...row.actions.map(([label, act]) => make("button", { type: "button", click: press(act) }, t(label))))))));
  return rows.length > 0 ? table : make("p.empty", {}, t("nothing"));
}

/** @param {HTMLElement} element @param {(Node | string)[]} parts */
export const fill = (element, parts) => place(element, parts);
