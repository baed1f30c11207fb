// A table whose rows have keys: only cells whose text has changed are written, once a frame.
// @ts-check

/**
 * @typedef {{ text: string, tone?: string, css?: string }} Cell
 * @typedef {{ head: string, css?: string, cell: (row: any) => Cell | string }} Column
 */

export class Table {
  /** @param {HTMLElement} place @param {Column[]} columns @param {{ max?: number, newestFirst?: boolean, open?: (row: any) => void }} [options] open: the first cell is a button */
  constructor(place, columns, { max = 0, newestFirst = false, open } = {}) {
    this.columns = columns;
    this.max = max;
    this.newestFirst = newestFirst;
    this.open = open;
    /** @type {Map<string, { row: any, tr: HTMLTableRowElement | null, search: string }>} */
    this.entries = new Map();
    /** @type {Set<string>} */
    this.dirty = new Set();
    this.filter = "";
    this.frame = 0;
    this.changed = () => {};
    const table = document.createElement("table");
    this.head = table.createTHead().insertRow();
    for (const column of columns) {
      const th = document.createElement("th");
      th.scope = "col";
      th.dataset.t = column.head;
      if (column.css?.includes("right")) th.className = "right";
      this.head.append(th);
    }
    this.body = table.createTBody();
    this.empty = document.createElement("p");
    this.empty.className = "empty";
    this.empty.dataset.t = "nothing";
    place.replaceChildren(table, this.empty);
  }

  /** @param {string} key @param {any} row */
  put(key, row) {
    const entry = this.entries.get(key);
    if (entry) entry.row = row;
    else this.entries.set(key, { row, tr: null, search: "" });
    this.touch(key);
  }

  /** @param {string} key */
  touch(key) {
    if (!this.entries.has(key)) return;
    this.dirty.add(key);
    if (!this.frame) this.frame = requestAnimationFrame(() => this.flush());
  }

  clear() {
    this.entries.clear();
    this.dirty.clear();
    this.body.replaceChildren();
    this.flush();
  }

  redraw() {
    for (const key of this.entries.keys()) this.touch(key);
  }

  /** @param {string} text */
  setFilter(text) {
    this.filter = text.trim().toLowerCase();
    for (const entry of this.entries.values()) if (entry.tr) entry.tr.hidden = !this.fits(entry.search);
    this.tell();
  }

  /** @param {string} search */
  fits(search) {
    return this.filter.split(/\s+/).every((word) => search.includes(word));
  }

  flush() {
    this.frame = 0;
    const added = document.createDocumentFragment();
    for (const key of this.dirty) {
      const entry = this.entries.get(key);
      if (!entry) continue;
      if (!entry.tr) {
        entry.tr = document.createElement("tr");
        for (const column of this.columns) entry.tr.insertCell().className = column.css ?? "";
        if (this.open) this.addButton(entry, this.open);
        if (this.newestFirst) added.prepend(entry.tr);
        else added.append(entry.tr);
      }
      this.write(entry);
    }
    this.dirty.clear();
    if (this.newestFirst) this.body.prepend(added);
    else this.body.append(added);
    while (this.max && this.entries.size > this.max) this.dropOldest();
    this.tell();
  }

  /** @param {{ row: any, tr: any }} entry @param {(row: any) => void} open */
  addButton(entry, open) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "opens";
    button.addEventListener("click", () => open(entry.row));
    entry.tr.cells[0].append(button);
  }

  dropOldest() {
    const [key, entry] = /** @type {[string, any]} */ (this.entries.entries().next().value);
    this.entries.delete(key);
    entry.tr?.remove();
  }

  /** @param {{ row: any, tr: any, search: string }} entry */
  write(entry) {
    entry.search = "";
    this.columns.forEach((column, i) => {
      const made = column.cell(entry.row);
      const { text, tone = "", css = "" } = typeof made === "string" ? { text: made } : made;
      const td = entry.tr.cells[i];
      const name = [column.css, css, tone && `state tone-${tone}`].filter(Boolean).join(" ");
      const shows = td.firstElementChild ?? td; // the button, where a row opens something
      if (shows.textContent !== text) shows.textContent = text;
      if (td.className !== name) td.className = name;
      entry.search += `${text.toLowerCase()} `;
    });
    entry.tr.hidden = !this.fits(entry.search);
  }

  tell() {
    this.empty.hidden = this.entries.size > 0;
    this.changed();
  }

  counts() {
    let n = 0;
    for (const entry of this.entries.values()) if (!entry.tr?.hidden) n++;
    return { n, all: this.entries.size };
  }
}
