// Tables to work with: sort, search, filter, copy, download what is shown, share it by its address.
// A view is kept in the part of the address after #, since a page opened from a folder has no other:
// #trials?country=China&q=gastric&sort=-year
(function () {
  "use strict";
  var FEW = 15, FIRST = 25; // below FEW rows a table is read whole; of a long one the FIRST rows are shown

  function make(tag, attributes, content) {
    var element = document.createElement(tag);
    Object.entries(attributes || {}).forEach(function (pair) { element.setAttribute(pair[0], pair[1]); });
    element.append.apply(element, content || []);
    return element;
  }

  function words(cell) { return cell.textContent.trim(); }

  function Table(box) {
    this.box = box;
    this.name = box.id;
    this.table = box.querySelector("table");
    this.body = this.table.tBodies[0];
    this.heads = Array.from(this.table.tHead.rows[0].cells);
    this.rows = Array.from(this.body.rows).map(function (row) {
      return { row: row, all: words(row).toLowerCase() };
    });
    this.query = ""; this.chosen = {}; this.sort = ""; this.whole = false;
    this.addSorting();
    this.addTools();
    this.readAddress();
    this.show();
  }

  Table.prototype.addSorting = function () {
    var self = this;
    this.heads.forEach(function (head) {
      var button = make("button", { type: "button" }, Array.from(head.childNodes));
      head.append(button);
      button.addEventListener("click", function () {
        var key = head.dataset.key;
        self.sort = self.sort === key ? "-" + key : key;
        self.changed();
      });
    });
  };

  Table.prototype.addTools = function () {
    var self = this, tools = make("div", { class: "tools", role: "group", "aria-label": "Tools of the table" });
    this.search = make("input", { type: "search", autocomplete: "off" });
    this.search.addEventListener("input", function () { self.query = self.search.value; self.changed(); });
    var filters = make("div", { class: "filters" }, [this.labelled("Search", this.search, "q")]);
    this.selects = {};
    this.heads.forEach(function (head, place) { if ("filter" in head.dataset) filters.append(self.filter(head, place)); });
    var copy = make("button", { type: "button" }, ["Copy"]);
    copy.addEventListener("click", function () { self.copy(copy); });
    var save = make("button", { type: "button" }, ["Download rows shown"]);
    save.addEventListener("click", function () { self.save(); });
    this.count = make("p", { class: "shown", role: "status" });
    tools.append(filters, make("div", { class: "acts" }, [this.count, copy, save]));
    this.more = make("button", { type: "button", class: "more" });
    this.more.addEventListener("click", function () { self.whole = true; self.show(); });
    this.none = make("p", { class: "notice none", hidden: "" }, ["No row fits this choice. "]);
    var back = make("button", { type: "button" }, ["Show all rows"]);
    back.addEventListener("click", function () { self.clear(); });
    this.none.append(back);
    this.box.prepend(tools);
    this.box.querySelector(".scroll").after(this.none);
    this.box.querySelector(".scroll").after(this.more);
  };

  Table.prototype.filter = function (head, place) {
    var self = this, key = head.dataset.key, counts = new Map();
    this.rows.forEach(function (one) {
      parts(one.row.cells[place]).forEach(function (part) { counts.set(part, (counts.get(part) || 0) + 1); });
    });
    var select = make("select");
    select.add(new Option("All", ""));
    Array.from(counts.keys()).sort(function (one, other) { return one.localeCompare(other, "en", { numeric: true }); })
      .forEach(function (part) { select.add(new Option(part + " (" + counts.get(part) + ")", part)); });
    select.addEventListener("change", function () { self.chosen[key] = select.value; self.changed(); });
    this.selects[key] = { select: select, place: place };
    return this.labelled(words(head), select, key);
  };

  Table.prototype.labelled = function (text, control, key) {
    control.id = this.name + "-by-" + key;
    return make("div", {}, [make("label", { for: control.id }, [text]), control]);
  };

  function parts(cell) { return cell ? words(cell).split("; ").filter(Boolean) : []; }

  Table.prototype.matching = function () {
    var self = this, wanted = this.query.toLowerCase().split(/\s+/).filter(Boolean);
    var filters = Object.keys(this.selects).filter(function (key) { return self.chosen[key]; });
    return this.rows.filter(function (one) {
      return wanted.every(function (word) { return one.all.includes(word); }) &&
        filters.every(function (key) {
          return parts(one.row.cells[self.selects[key].place]).includes(self.chosen[key]);
        });
    });
  };

  Table.prototype.sorted = function (rows) {
    if (!this.sort) return rows;
    var down = this.sort[0] === "-", key = down ? this.sort.slice(1) : this.sort;
    var place = this.heads.findIndex(function (head) { return head.dataset.key === key; });
    if (place < 0) return rows;
    return rows.slice().sort(function (one, other) {
      return compare(one.row.cells[place], other.row.cells[place], down ? -1 : 1);
    });
  };

  // Empty cells come last whichever way a column is sorted.
  function compare(one, other, way) {
    var a = one.dataset.value || words(one), b = other.dataset.value || words(other);
    if (!a || !b) return a ? -1 : b ? 1 : 0;
    var difference = Number(a) - Number(b);
    return way * (Number.isNaN(difference) ? a.localeCompare(b, "en", { numeric: true }) : difference);
  }

  Table.prototype.show = function () {
    var self = this, matching = this.sorted(this.matching());
    this.shown = matching;
    var limit = this.whole || matching.length < FIRST + FEW ? matching.length : FIRST;
    this.rows.forEach(function (one) { one.row.hidden = true; });
    matching.forEach(function (one, place) { one.row.hidden = place >= limit; self.body.append(one.row); });
    this.more.hidden = limit === matching.length;
    this.more.textContent = "Show all " + matching.length + " rows";
    this.count.textContent = matching.length === this.rows.length
      ? this.rows.length + " rows" : matching.length + " of " + this.rows.length + " rows";
    this.none.hidden = matching.length > 0;
    this.heads.forEach(function (head) {
      var key = head.dataset.key;
      if (self.sort === key) head.setAttribute("aria-sort", "ascending");
      else if (self.sort === "-" + key) head.setAttribute("aria-sort", "descending");
      else head.removeAttribute("aria-sort");
    });
  };

  Table.prototype.clear = function () {
    var self = this;
    this.query = this.search.value = "";
    Object.keys(this.selects).forEach(function (key) { self.chosen[key] = self.selects[key].select.value = ""; });
    this.changed();
    this.search.focus();
  };

  Table.prototype.changed = function () { this.show(); this.writeAddress(); };

  Table.prototype.writeAddress = function () {
    var self = this, view = new URLSearchParams();
    Object.keys(this.selects).forEach(function (key) { if (self.chosen[key]) view.set(key, self.chosen[key]); });
    if (this.query) view.set("q", this.query);
    if (this.sort) view.set("sort", this.sort);
    history.replaceState(null, "", "#" + this.name + (view.size ? "?" + view : ""));
  };

  Table.prototype.readAddress = function () {
    var mark = location.hash.indexOf("?");
    if (mark < 0 || location.hash.slice(1, mark) !== this.name) return false;
    var self = this, view = new URLSearchParams(location.hash.slice(mark + 1));
    this.query = this.search.value = view.get("q") || "";
    this.sort = view.get("sort") || "";
    Object.keys(this.selects).forEach(function (key) {
      self.chosen[key] = view.get(key) || "";
      self.selects[key].select.value = self.chosen[key];
    });
    this.box.scrollIntoView();
    return true;
  };

  Table.prototype.text = function (separator, cell) {
    var rows = [this.heads].concat(this.shown.map(function (one) { return Array.from(one.row.cells); }));
    return rows.map(function (cells) { return cells.map(cell).join(separator); }).join("\n") + "\n";
  };

  Table.prototype.copy = function (button) {
    var text = this.text("\t", function (cell) { return words(cell).replace(/\s+/g, " "); });
    navigator.clipboard.writeText(text).then(
      function () { button.textContent = "Copied"; },
      function () { button.textContent = "Not allowed here"; });
    setTimeout(function () { button.textContent = "Copy"; }, 2000);
  };

  Table.prototype.save = function () {
    var text = this.text(",", function (cell) { return quoted(cell.dataset.value || addresses(cell) || words(cell)); });
    var address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    make("a", { href: address, download: this.name + ".csv" }).click();
    setTimeout(function () { URL.revokeObjectURL(address); }, 1000);
  };

  // A link that leaves the site is worth more than its words: "DOI" leads nowhere in a spreadsheet.
  function addresses(cell) {
    return Array.from(cell.querySelectorAll("a[href^=http]")).map(function (link) { return link.href; }).join("; ");
  }

  // A text that a spreadsheet would take for a formula is made plain, as in the files beside the page.
  function quoted(text) {
    var inert = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? "'" + text : text;
    return /[",\n]/.test(inert) ? '"' + inert.replace(/"/g, '""') + '"' : inert;
  }

  var tables = Array.from(document.querySelectorAll("[data-table]"))
    .filter(function (box) { return box.querySelectorAll("tbody tr").length >= FEW; })
    .map(function (box) { return new Table(box); });
  window.addEventListener("hashchange", function () {
    tables.forEach(function (table) { if (table.readAddress()) table.show(); });
  });
})();
