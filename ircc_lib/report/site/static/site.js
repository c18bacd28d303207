// What every page has: theme, menu, code, the switch between editions, and what _static/about.js says once for all.
"use strict";
(() => {
  const root = document.documentElement, { top, path, edition: here } = document.body.dataset;
  const { about, menu: systems = [] } = window.IRCC_ABOUT || {};
  const HASH_SHOWN = 12, MANY = 60; // of more tumours than that, only the organ system of this page stands open

  function make(tag, attributes = {}, ...content) {
    const element = document.createElement(tag);
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    element.append(...content);
    return element;
  }

  class Theme {
    constructor(button) {
      this.button = button;
      this.show();
      button.addEventListener("click", () => {
        root.dataset.theme = this.dark ? "light" : "dark";
        this.show();
        try { localStorage.setItem("ircc-theme", root.dataset.theme); } catch { /* then for this page only */ }
      });
    }

    get dark() { return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches; }

    show() { this.button.setAttribute("aria-pressed", String(this.dark)); }
  }

  class Menu {
    constructor(nav, button) {
      button.addEventListener("click", () => button.setAttribute("aria-expanded", String(root.classList.toggle("menu-open"))));
      const many = systems.reduce((count, [, entities]) => count + entities.length, 0) > MANY;
      nav.append(...systems.map(([system, entities]) => this.group(system, entities, many)));
    }

    group(system, entities, many) {
      const links = entities.map(([name, target, trials]) => {
        const unit = make("span", { class: "unseen" }, trials === 1 ? " trial" : " trials");
        const link = make("a", { href: top + target }, `${name} `, make("span", { class: "count" }, String(trials), unit));
        if (target === path) link.setAttribute("aria-current", "page");
        return make("li", {}, link);
      });
      const title = make("summary", {}, system.charAt(0).toUpperCase() + system.slice(1));
      const group = make("details", {}, title, make("ul", {}, ...links));
      group.open = !many || entities.some(([, target]) => target === path);
      return group;
    }
  }

  // Which data a page shows, and how to cite it; without scripts a link leads to the page that says so.
  class Footer {
    constructor(state, cite) {
      const dated = about.data_date ? `Data of ${about.data_date}` : "Data";
      state.replaceChildren(`${dated} · ircc-lib ${about.version} · SHA-256 `,
        make("a", { href: `${top}about.html#version`, title: about.data_hash }, about.data_hash.slice(0, HASH_SHOWN)));
      const button = make("button", { type: "button" }, "Copy the citation");
      const paper = document.getElementById("cite-paper");
      button.addEventListener("click", () => {
        navigator.clipboard.writeText([about.cite, ...(paper ? [paper.textContent.trim()] : [])].join("\n")).then(
          () => { button.textContent = "Copied"; }, () => { button.textContent = "Not allowed here"; });
        setTimeout(() => { button.textContent = "Copy the citation"; }, 2000);
      });
      cite.replaceChildren(`${about.cite} `, button);
    }
  }

  class Editions {
    constructor(place, editions) {
      const select = make("select", { "aria-label": "Edition" });
      editions.forEach(({ title, name }) => select.add(new Option(title, name, name === here, name === here)));
      select.addEventListener("change", () => { location.href = `${top}../${encodeURIComponent(select.value)}/index.html`; });
      place.prepend(select);
    }
  }

  function showCode(button) {
    button.addEventListener("click", () => {
      const on = root.classList.toggle("code");
      button.setAttribute("aria-pressed", String(on));
      button.textContent = on ? "Hide the code of this page" : "Show the code of this page";
      document.querySelectorAll("details.code").forEach(cell => { cell.open = on; });
    });
  }

  const [theme, nav, button, state, cite, code, place] = ["theme-button", "report-menu", "menu-button", "data-state", "cite-report",
    "code-button", "edition-switch"].map(id => document.getElementById(id));
  if (theme) new Theme(theme);
  if (nav) new Menu(nav, button);
  if (about && cite) new Footer(state, cite);
  if (code) showCode(code);
  if (place && (window.IRCC_EDITIONS || []).length > 1) new Editions(place, window.IRCC_EDITIONS);
})();
