// Tables to work with: sort, search, filter, copy, download what is shown, share it by its address.
// A view is kept in the part of the address after #, since a page opened from a folder has no other:
// #trials?country=China&q=gastric&sort=-year
"use strict";
(() => {
  const FEW = 15, FIRST = 25; // below FEW rows a table is read whole; of a long one the FIRST rows are shown
  const MANY = 500, NEXT = 250; // of more than MANY rows, NEXT are added at a time
  const order = new Intl.Collator("en", { numeric: true });
  const words = cell => cell.textContent.trim();
  const parts = cell => (cell ? words(cell).split("; ").filter(Boolean) : []);

  function make(tag, attributes = {}, ...content) {
    const element = document.createElement(tag);
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    element.append(...content);
    return element;
  }

  function press(text, act, attributes = {}) {
    const button = make("button", { type: "button", ...attributes }, text);
    button.addEventListener("click", () => act(button));
    return button;
  }

  // A row with what stands on its second line; values are read once.
  class Row {
    constructor(row) {
      const below = row.nextElementSibling;
      this.row = row;
      this.below = below?.classList.contains("second") ? below : null;
      this.lines = this.below ? [row, this.below] : [row];
      this.all = this.lines.map(words).join(" ").toLowerCase();
      this.known = new Map();
    }

    cell(column) {
      return column.place === undefined ? this.below?.querySelector(`dd[data-key="${column.key}"]`) : this.row.cells[column.place];
    }

    // What is sorted by: a number where there is one.
    value(column) {
      if (!this.known.has(column.key)) {
        const cell = this.cell(column), text = cell ? cell.dataset.value ?? words(cell) : "";
        this.known.set(column.key, { text, number: Number(text) });
      }
      return this.known.get(column.key);
    }

    parts(column) { return parts(this.cell(column)); }

    // What a downloaded cell holds: ids, whole numbers and addresses, of which the page shows labels.
    full(column) {
      const cell = this.cell(column);
      if (!cell) return "";
      const away = [...cell.querySelectorAll("a[href^=http]")].map(link => link.href).join("; ");
      return cell.dataset.full ?? cell.dataset.value ?? (away || words(cell));
    }
  }

  class Table {
    constructor(box) {
      Object.assign(this, { box, name: box.id, query: "", chosen: {}, sort: "", limit: 0 });
      const table = box.querySelector("table");
      [this.body] = table.tBodies;
      this.heads = [...table.tHead.rows[0].cells];
      const shown = this.heads.map((head, place) => ({
        head, place, key: head.dataset.key, name: head.dataset.name ?? head.dataset.key, label: words(head), filter: "filter" in head.dataset,
      }));
      this.columns = [...shown, ...JSON.parse(box.dataset.folded ?? "[]")];
      this.rows = [...this.body.rows].filter(row => !row.classList.contains("second")).map(row => new Row(row));
      this.addSorting(shown);
      this.addTools();
      this.readAddress();
      this.show();
      window.addEventListener("beforeprint", () => this.place(this.shown)); // paper has no button
      window.addEventListener("afterprint", () => this.show());
    }

    addSorting(columns) {
      columns.forEach(({ head, key }) => {
        const button = press("", () => {
          this.sort = this.sort === key ? `-${key}` : key;
          this.changed();
        });
        button.append(...head.childNodes);
        head.append(button);
      });
    }

    addTools() {
      this.search = make("input", { type: "search", autocomplete: "off" });
      this.search.addEventListener("input", () => { this.query = this.search.value; this.changed(); });
      const filtered = this.columns.filter(column => column.filter);
      this.selects = Object.fromEntries(filtered.map(column => [column.key, { column, select: this.choices(column) }]));
      const controls = Object.values(this.selects).map(({ column, select }) => this.labelled(column.label, select, column.key));
      const filters = make("div", { class: "filters" }, this.labelled("Search", this.search, "q"), ...controls);
      this.count = make("p", { class: "shown", role: "status" });
      const acts = make("div", { class: "acts" }, this.count, press("Copy", button => this.copy(button)),
        press("Download rows shown", () => this.save()));
      this.box.prepend(make("div", { class: "tools", role: "group", "aria-label": "Tools of the table" }, filters, acts));
      this.more = press("", () => { this.limit = Math.max(this.limit, FIRST) + (this.shown.length > MANY ? NEXT : this.shown.length); this.show(); }, { class: "more" });
      this.none = make("p", { class: "notice none", hidden: "" }, "No row fits this choice. ", press("Show all rows", () => this.clear()));
      this.box.querySelector(".scroll").after(this.more, this.none);
    }

    choices(column) {
      const counts = new Map(), select = make("select");
      this.rows.forEach(row => row.parts(column).forEach(part => counts.set(part, (counts.get(part) || 0) + 1)));
      select.add(new Option("All", ""));
      [...counts.keys()].sort(order.compare).forEach(part => select.add(new Option(`${part} (${counts.get(part)})`, part)));
      select.addEventListener("change", () => { this.chosen[column.key] = select.value; this.changed(); });
      return select;
    }

    labelled(text, control, key) {
      control.id = `${this.name}-by-${key}`;
      return make("div", {}, make("label", { for: control.id }, text), control);
    }

    matching() {
      const wanted = this.query.toLowerCase().split(/\s+/).filter(Boolean);
      const filters = Object.values(this.selects).filter(({ column }) => this.chosen[column.key]);
      return this.rows.filter(row => wanted.every(word => row.all.includes(word)) &&
        filters.every(({ column }) => row.parts(column).includes(this.chosen[column.key])));
    }

    // Empty cells come last whichever way a column is sorted.
    sorted(rows) {
      const down = this.sort.startsWith("-"), key = down ? this.sort.slice(1) : this.sort, way = down ? -1 : 1;
      const column = this.columns.find(one => one.key === key);
      if (!column) return rows;
      return [...rows].sort((one, other) => {
        const a = one.value(column), b = other.value(column);
        if (!a.text || !b.text) return a.text ? -1 : b.text ? 1 : 0;
        const difference = a.number - b.number;
        return way * (Number.isNaN(difference) ? order.compare(a.text, b.text) : difference);
      });
    }

    place(rows) { this.body.replaceChildren(...rows.flatMap(row => row.lines)); }

    show() {
      this.shown = this.sorted(this.matching());
      const all = this.shown.length, limit = Math.max(this.limit, all < FIRST + FEW ? all : FIRST);
      this.place(this.shown.slice(0, limit));
      this.more.hidden = limit >= all;
      this.more.textContent = all > MANY ? `Show ${Math.min(NEXT, all - limit)} more of ${all} rows` : `Show all ${all} rows`;
      this.count.textContent = all === this.rows.length ? `${all} rows` : `${all} of ${this.rows.length} rows`;
      this.none.hidden = all > 0;
      this.heads.forEach(head => {
        const { key } = head.dataset;
        if (this.sort === key) head.setAttribute("aria-sort", "ascending");
        else if (this.sort === `-${key}`) head.setAttribute("aria-sort", "descending");
        else head.removeAttribute("aria-sort");
      });
    }

    clear() {
      this.query = this.search.value = "";
      Object.entries(this.selects).forEach(([key, { select }]) => { this.chosen[key] = select.value = ""; });
      this.changed();
      this.search.focus();
    }

    changed() { this.show(); this.writeAddress(); }

    writeAddress() {
      const view = new URLSearchParams(Object.entries({ ...this.chosen, q: this.query, sort: this.sort }).filter(([, value]) => value));
      history.replaceState(null, "", view.size ? `#${this.name}?${view}` : location.pathname + location.search);
    }

    // Whether the address names a view of this table, which is then taken up.
    readAddress() {
      const [name, view] = location.hash.slice(1).split("?");
      if (name !== this.name || view === undefined) return false;
      const given = new URLSearchParams(view);
      this.query = this.search.value = given.get("q") || "";
      this.sort = given.get("sort") || "";
      Object.entries(this.selects).forEach(([key, { select }]) => {
        select.value = given.get(key) || "";
        if (select.selectedIndex === -1) select.value = "";
        this.chosen[key] = select.value;
      });
      this.box.scrollIntoView();
      return true;
    }

    text(separator, cell) {
      const rows = this.shown.map(row => this.columns.map(column => cell(row, column)));
      return rows.map(cells => `${cells.join(separator)}\n`).join("");
    }

    copy(button) {
      const head = `${this.columns.map(column => column.label).join("\t")}\n`;
      const text = this.text("\t", (row, column) => { const cell = row.cell(column); return cell ? words(cell).replace(/\s+/g, " ") : ""; });
      navigator.clipboard.writeText(head + text).then(
        () => { button.textContent = "Copied"; }, () => { button.textContent = "Not allowed here"; });
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    }

    save() {
      const head = `${this.columns.map(column => quoted(column.name)).join(",")}\n`;
      const text = head + this.text(",", (row, column) => quoted(row.full(column)));
      const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
      make("a", { href: address, download: `${this.name}.csv` }).click();
      setTimeout(() => URL.revokeObjectURL(address), 1000);
    }
  }

  // A text that a spreadsheet would take for a formula is made plain, as in the files beside the page.
  function quoted(text) {
    const inert = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
    return /[",\n\r]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
  }

  const tables = [...document.querySelectorAll("[data-table]")]
    .filter(box => box.querySelectorAll("tbody tr:not(.second)").length >= FEW)
    .map(box => new Table(box));
  window.addEventListener("hashchange", () => tables.forEach(table => { if (table.readAddress()) table.show(); }));
})();
