// Search over the index that lies beside this script; index and MiniSearch are read when the field is first used.
// A name that is exactly what was typed comes first, then names that begin with it, then what MiniSearch finds,
// misspelt words among it.
"use strict";
(() => {
  const MOST = 12;
  const KINDS = ["Tumour entity", "Chapter", "Section", "Topic", "Trial", "Registration"];
  const plain = text => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/\s+/g, " ").trim();
  const NUMBER = /^(pmid:?\s*|doi:?\s*|https?:\/\/(dx\.)?doi\.org\/|https?:\/\/pubmed\.ncbi\.nlm\.nih\.gov\/|https?:\/\/clinicaltrials\.gov\/study\/)/; // a number as it is copied
  const top = document.body.dataset.top;

  function script(name) {
    return new Promise((resolve, reject) => {
      const element = Object.assign(document.createElement("script"), { src: `${top}_static/${name}`, onload: resolve, onerror: reject });
      document.head.append(element);
    });
  }

  class Index {
    static async read() {
      await Promise.all([script("vendor/minisearch.js"), script("search-index.js")]);
      for (let part = 2; part <= window.IRCC_SEARCH_PARTS; part += 1) await script(`search-index-${part}.js`);
      return new Index(window.IRCC_SEARCH);
    }

    constructor(rows) {
      this.entries = rows.map(([kind, title, below, path, names, words, weight], id) => ({
        id, kind, title, below, path, weight, names: names.join(" "), words, all: [title, ...names].map(plain),
      }));
      this.mini = new window.MiniSearch({ fields: ["title", "names", "below", "words"], processTerm: plain });
      this.mini.addAll(this.entries);
    }

    find(text) {
      const query = plain(text).replace(NUMBER, "").replace(/\/$/, "");
      const all = this.ranked(query, "AND");
      return all.length || !query.includes(" ") ? all : this.ranked(query, "OR"); // better some of the words than none
    }

    ranked(query, combineWith) {
      const scores = new Map(this.mini.search(query, {
        combineWith,
        prefix: true,
        fuzzy: term => (term.length > 4 && !/\d/.test(term) ? 0.2 : false),
        boost: { title: 4, names: 4, below: 1.5 },
        boostDocument: id => (["Trial", "Registration"].includes(this.entries[id].kind) ? 0.7 : 1.3),
      }).map(hit => [hit.id, hit.score]));
      const nearness = entry => (entry.all.includes(query) ? 0 : entry.all.some(name => name.startsWith(query) && !/^[a-z]/.test(name.slice(query.length))) ? 1 : 2);
      return this.entries
        .map(entry => ({ entry, near: nearness(entry), score: scores.get(entry.id) || 0 }))
        .filter(hit => hit.score || hit.near < 2)
        .sort((a, b) => a.near - b.near
          || (a.near < 2 ? KINDS.indexOf(a.entry.kind) - KINDS.indexOf(b.entry.kind) || b.entry.weight - a.entry.weight : 0)
          || b.score - a.score)
        .map(hit => hit.entry);
    }
  }

  class Search {
    constructor(field, list, status) {
      Object.assign(this, { field, list, status, chosen: -1, index: null });
      field.addEventListener("focus", () => this.show());
      field.addEventListener("input", () => this.show());
      field.addEventListener("keydown", event => this.key(event));
      field.addEventListener("blur", () => this.close());
      list.addEventListener("mousedown", event => {
        event.preventDefault(); // the field keeps the focus until the way is taken
        this.go(event.target.closest("[data-path]"));
      });
      document.addEventListener("keydown", event => {
        if (event.key !== "/" || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
        field.focus();
        event.preventDefault();
      });
    }

    async show() {
      this.index ??= Index.read();
      const index = await this.index, text = this.field.value;
      this.list.replaceChildren();
      this.chosen = -1;
      this.field.removeAttribute("aria-activedescendant");
      if (!text.trim()) { this.close(); this.status.textContent = ""; return; }
      const hits = index.find(text);
      this.list.append(...hits.slice(0, MOST).map((entry, place) => this.item(entry, place)));
      this.status.textContent = `${hits.length === 1 ? "1 result" : `${hits.length} results`}${hits.length > MOST ? `, the first ${MOST} shown` : ""}`;
      if (!hits.length) this.list.append(this.option({ "aria-disabled": "true" }, "Nothing found"));
      this.list.hidden = false;
      this.field.setAttribute("aria-expanded", "true");
    }

    option(attributes, ...content) {
      const item = document.createElement("li");
      Object.entries({ role: "option", "aria-selected": "false", ...attributes }).forEach(([name, value]) => item.setAttribute(name, value));
      item.append(...content);
      return item;
    }

    item(entry, place) {
      const parts = [["kind", entry.kind], ["name", entry.title], ["below", entry.below]].filter(([, text]) => text)
        .map(([name, text]) => Object.assign(document.createElement("span"), { className: name, textContent: text }));
      return this.option({ id: `search-result-${place}`, "data-path": entry.path }, ...parts);
    }

    close() {
      this.list.hidden = true;
      this.field.setAttribute("aria-expanded", "false");
    }

    choose(step) {
      const items = [...this.list.querySelectorAll("[data-path]")];
      if (!items.length) return;
      items[this.chosen]?.setAttribute("aria-selected", "false");
      this.chosen = (this.chosen + step + items.length) % items.length;
      const item = items[this.chosen];
      item.setAttribute("aria-selected", "true");
      item.scrollIntoView({ block: "nearest" });
      this.field.setAttribute("aria-activedescendant", item.id);
    }

    go(item) {
      if (item) location.href = /^https?:/.test(item.dataset.path) ? item.dataset.path : top + item.dataset.path;
    }

    key(event) {
      const open = !this.list.hidden;
      if (event.key === "ArrowDown" && open) { this.choose(1); event.preventDefault(); }
      else if (event.key === "ArrowUp" && open) { this.choose(this.chosen < 0 ? 0 : -1); event.preventDefault(); }
      else if (event.key === "Escape") this.close();
      else if (event.key === "Enter" && open) {
        this.go(this.list.querySelectorAll("[data-path]")[Math.max(this.chosen, 0)]);
        event.preventDefault();
      }
    }
  }

  const [field, list, status] = ["search", "search-results", "search-status"].map(id => document.getElementById(id));
  if (field && list) new Search(field, list, status);
})();
