// The keypad of the front: sixteen digits in groups of four, as the car shows them.
// @ts-check
import { byId, put } from "./page.js";

const DIGITS = 16;
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "clear", "0", "enter"];

/** @param {string} digits */
const grouped = (digits) => (digits.padEnd(DIGITS, "·").match(/.{4}/g) ?? []).join(" ");

export class Keypad {
  /**
   * @param {{t: (key: string, values?: Record<string, string | number>) => string}} page
   * @param {(evse: number, code: string) => Promise<string>} enter what the pile said: "" when it took the code
   */
  constructor(page, enter) {
    this.page = page;
    this.enter = enter;
    this.evse = 1;
    this.digits = "";
    this.dialog = /** @type {HTMLDialogElement} */ (byId("keypad"));
    byId("keys").replaceChildren(...KEYS.map((key) => this.button(key)));
    this.dialog.addEventListener("keydown", (event) => this.typed(event));
    byId("keypad-close").addEventListener("click", () => this.dialog.close());
  }

  /** @param {string} key */
  button(key) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.key = key;
    if (key.length > 1) button.dataset.t = `key-${key}`;
    else button.textContent = key;
    if (key === "enter") button.className = "primary";
    button.addEventListener("click", () => this.press(key));
    return button;
  }

  /** @param {number} evse */
  open(evse) {
    this.evse = evse;
    this.show("");
    this.say("");
    this.dialog.showModal();
  }

  /** @param {KeyboardEvent} event */
  typed(event) {
    if (/^\d$/.test(event.key)) this.press(event.key);
    else if (event.key === "Backspace") this.show(this.digits.slice(0, -1));
    else if (event.key === "Enter" && !(event.target instanceof HTMLButtonElement)) this.press("enter");
  }

  /** @param {string} key */
  async press(key) {
    if (key === "clear") this.show("");
    else if (key !== "enter") this.show((this.digits + key).slice(0, DIGITS));
    else if (this.digits.length === DIGITS) {
      const refusal = await this.enter(this.evse, this.digits);
      if (refusal === "") this.dialog.close();
      else this.say(refusal);
      this.show("");
    }
  }

  /** @param {string} text */
  say(text) {
    put(byId("keypad-said"), text);
  }

  /** @param {string} digits */
  show(digits) {
    this.digits = digits;
    put(byId("typed"), grouped(digits));
    /** @type {HTMLButtonElement} */ (this.dialog.querySelector('[data-key="enter"]')).disabled = digits.length < DIGITS;
  }
}
