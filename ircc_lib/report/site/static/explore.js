// The explorer: what the reader chooses decides which trials are shown, pooled and downloaded.
// The choice is kept in the address after #, so that it can be shared: #design=confirmed&tumour=glioma
"use strict";
(() => {
  const { pool, morePerThousand } = window.IRCC_META;
  const { rows: ROWS, organ_systems: SYSTEMS } = window.IRCC_EXPLORE;
  const FEWEST = 3;
  const SVG = "http://www.w3.org/2000/svg";
  // The neutral colours and the arms' of the figures; the style sheet turns them for the dark theme.
  const INK = "#1b1f24", MUTED = "#5b6570", GRID = "#d8dee4", ARM = "#0072b2", OTHER = "#d55e00", PAPER = "#ffffff";
  const ALL = "all";
  const DESIGNS = {
    confirmed: row => row.allocation === "confirmed",
    stated: row => row.allocation !== "other",
    other: row => row.allocation === "other",
    all: () => true,
  };

  const ratio = value => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));
  const interval = (one, low, high) => `${ratio(one)} (${ratio(low)} to ${ratio(high)})`;
  const predicts = pooled => pooled !== null && pooled.tau2 > 1e-6; // as in the forest plots: without variance it is the interval again
  const whole = value => Math.round(value).toLocaleString("en");

  class Choice {
    constructor(form) {
      this.form = form;
      this.fields = [...form.querySelectorAll("[name]")];
      this.named = Object.fromEntries(this.fields.map(field => [field.name, field]));
      this.first = Object.fromEntries(this.fields.map(field => [field.name, field.value]));
    }

    fill() {
      const select = name => this.named[name];
      const add = (field, values) => [...new Set(values)].sort((a, b) => a.localeCompare(b, "en"))
        .forEach(value => field.add(new Option(value, value)));
      const groups = new Map();
      ROWS.flatMap(row => row.tumours).forEach(tumour => {
        const system = SYSTEMS[tumour] || "other";
        groups.set(system, (groups.get(system) || new Set()).add(tumour));
      });
      for (const system of [...groups.keys()].sort()) {
        const group = document.createElement("optgroup");
        group.label = system;
        add({ add: option => group.append(option) }, groups.get(system));
        select("tumour").append(group);
      }
      add(select("setting"), ROWS.map(row => row.setting));
      add(select("product"), ROWS.map(row => row.product));
      add(select("comparator"), ROWS.map(row => row.comparator_kind));
      add(select("evidence"), ROWS.map(row => row.method));
      const years = ROWS.map(row => row.year).filter(Boolean);
      select("since").value = Math.min(...years);
      select("until").value = Math.max(...years);
      this.first = Object.fromEntries(this.fields.map(field => [field.name, field.value]));
    }

    value(name) { return this.named[name].value; }

    read() {
      const given = new URLSearchParams(location.hash.slice(1));
      this.fields.forEach(field => {
        field.value = given.get(field.name) ?? this.first[field.name];
        if (field.value === "" || field.selectedIndex === -1) field.value = this.first[field.name];
      });
    }

    write() {
      const chosen = this.fields.filter(field => field.value !== this.first[field.name]);
      const view = new URLSearchParams(chosen.map(field => [field.name, field.value]));
      history.replaceState(null, "", view.size ? `#${view}` : location.pathname + location.search);
    }

    clear() { this.fields.forEach(field => { field.value = this.first[field.name]; }); }

    get control() { return Math.min(99, Math.max(1, Number(this.value("control")) || 50)) / 100; }

    rows() {
      const is = (name, value) => this.value(name) === ALL || this.value(name) === value;
      const since = Number(this.value("since")) || 0, until = Number(this.value("until")) || 9999;
      const everyYear = this.value("since") === this.first.since && this.value("until") === this.first.until;
      return ROWS.filter(row => row.outcome === this.value("endpoint") &&
        DESIGNS[this.value("design")](row) &&
        (this.value("tumour") === ALL || row.tumours.includes(this.value("tumour"))) &&
        is("setting", row.setting) && is("product", row.product) &&
        is("comparator", row.comparator_kind) && is("evidence", row.method) &&
        (everyYear || (row.year >= since && row.year <= until)));
    }
  }

  class Forest {
    constructor(place) { this.place = place; }

    element(name, attributes, text) {
      const made = document.createElementNS(SVG, name);
      Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
      if (text !== undefined) made.textContent = text;
      return made;
    }

    words(x, y, text, more = {}) {
      const halo = { stroke: PAPER, "stroke-width": 4, "paint-order": "stroke" }; // the lines of the axis stay behind words
      const made = this.element("text", { x, y, "font-size": 13, fill: INK, "font-family": "system-ui, sans-serif", ...halo, ...more }, text);
      this.svg.append(made);
      return made;
    }

    line(x1, y1, x2, y2, more = {}) { this.svg.append(this.element("line", { x1, y1, x2, y2, stroke: INK, "stroke-width": 1.4, ...more })); }

    // One line per trial where there is room; else its name and ratio above its interval.
    draw(rows, pooled, title) {
      const width = Math.max(280, Math.floor(this.place.clientWidth)), narrow = width < 620;
      const step = narrow ? 42 : 24, head = narrow ? 12 : 34;
      const left = narrow ? 8 : 300, right = narrow ? width - 8 : width - 230;
      const lines = rows.length + (pooled ? (predicts(pooled) ? 2 : 1) : 0), height = head + lines * step + 62;
      this.svg = this.element("svg", { xmlns: SVG, viewBox: `0 0 ${width} ${height}`, width, height, role: "group", "aria-label": title });
      const x = this.scale(rows, pooled, left, right);
      const bottom = head + lines * step + 6;
      if (!narrow) {
        this.words(0, 18, "Trial", { fill: MUTED });
        this.words(left - 12, 18, "CIK / control", { fill: MUTED, "text-anchor": "end" });
        this.words(width - 52, 18, "HR (95 % CI)", { fill: MUTED, "text-anchor": "end" });
        this.words(width, 18, "Weight", { fill: MUTED, "text-anchor": "end" });
      }
      this.axis(x, head, bottom, width);
      rows.forEach((row, i) => this.trial(row, pooled?.weights[i], x, head + i * step, { narrow, left, width }));
      if (pooled) {
        this.summary("Pooled", pooled.estimate, pooled.low, pooled.high, x, head + rows.length * step, { narrow, width, diamond: true });
        if (predicts(pooled)) this.summary("Prediction", pooled.estimate, pooled.predictionLow, pooled.predictionHigh, x, head + (rows.length + 1) * step, { narrow, width });
      }
      this.place.replaceChildren(this.svg);
    }

    scale(rows, pooled, left, right) {
      const ends = rows.flatMap(row => [Math.log(row.ci_low), Math.log(row.ci_high)]);
      if (pooled) ends.push(pooled.low, pooled.high);
      if (predicts(pooled)) ends.push(pooled.predictionLow, pooled.predictionHigh);
      this.low = Math.max(Math.min(Math.log(0.5), ...ends) - 0.1, Math.log(0.02));
      this.high = Math.min(Math.max(Math.log(2), ...ends) + 0.1, Math.log(50));
      return value => left + (right - left) * (Math.min(Math.max(value, this.low), this.high) - this.low) / (this.high - this.low);
    }

    axis(x, top, bottom, width) {
      const marks = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50].filter(one => Math.log(one) >= this.low && Math.log(one) <= this.high);
      let last = -Infinity;
      marks.forEach(one => {
        const at = x(Math.log(one));
        this.line(at, top, at, bottom, { stroke: one === 1 ? MUTED : GRID, "stroke-width": 1 });
        if (at - last < 34 && one !== 1) return;
        last = at;
        this.words(at, bottom + 16, String(one), { "text-anchor": "middle", fill: MUTED });
      });
      const none = x(0), narrow = width < 620;
      this.words(narrow ? 8 : none - 10, bottom + 36, "favours CIK", { "text-anchor": narrow ? "start" : "end", fill: MUTED });
      this.words(narrow ? width - 8 : none + 10, bottom + 36, "favours control", { "text-anchor": narrow ? "end" : "start", fill: MUTED });
    }

    trial(row, weight, x, top, { narrow, left, width }) {
      const text = top + 15, at = narrow ? top + 28 : top + 11;
      const colour = row.allocation === "other" ? OTHER : ARM;
      const low = Math.log(row.ci_low), high = Math.log(row.ci_high); // as printed, where they are; the weight is that of se
      const link = this.element("a", row.path ? { href: row.path } : {});
      const name = `${row.label}${row.allocation === "review" ? " *" : ""}`;
      const most = narrow ? 21 : 32;
      link.append(this.element("text", { x: 0, y: text, "font-size": 13, fill: INK, "font-family": "system-ui, sans-serif" },
        name.length > most ? `${name.slice(0, most - 1)}…` : name));
      link.append(this.element("title", {}, `${name}: ${row.tumours.join(", ")}; ${row.product}; ${row.method}`));
      this.svg.append(link);
      if (!narrow) this.words(left - 12, text, row.n_cik && row.n_control ? `${row.n_cik} / ${row.n_control}` : "", { "text-anchor": "end" });
      this.words(narrow ? width : width - 52, text, interval(Math.exp(row.log_hr), Math.exp(low), Math.exp(high)), { "text-anchor": "end" });
      if (!narrow && weight !== undefined) this.words(width, text, `${weight.toFixed(1)} %`, { "text-anchor": "end" });
      this.line(x(low), at, x(high), at, { stroke: colour });
      const size = weight === undefined ? 7 : 4 + Math.sqrt(weight) * 1.3;
      this.svg.append(this.element("rect", { x: x(row.log_hr) - size / 2, y: at - size / 2, width: size, height: size, fill: colour }));
    }

    summary(words, estimate, low, high, x, top, { narrow, width, diamond }) {
      const text = top + 17, at = narrow ? top + 30 : top + 13;
      this.words(0, text, words, { "font-weight": 650 });
      const numbers = diamond ? interval(...[estimate, low, high].map(Math.exp)) : `${ratio(Math.exp(low))} to ${ratio(Math.exp(high))}`;
      this.words(narrow ? width : width - 52, text, numbers, { "text-anchor": "end", "font-weight": 650 });
      if (diamond) {
        const points = `${x(low)},${at} ${x(estimate)},${at - 7} ${x(high)},${at} ${x(estimate)},${at + 7}`;
        this.svg.append(this.element("polygon", { points, fill: INK }));
      } else this.line(x(low), at, x(high), at, { stroke: MUTED, "stroke-width": 4 });
    }

    get text() { return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(this.svg)}\n`; }
  }

  class Explorer {
    constructor(page) {
      this.page = page;
      this.choice = new Choice(page.querySelector(".choices"));
      this.forest = new Forest(page.querySelector("#explore-forest"));
      this.tableRows = [...document.querySelectorAll("#explore-rows tbody tr")];
      this.choice.fill();
      this.choice.read();
      this.choice.form.addEventListener("input", () => { this.choice.write(); this.show(); });
      document.getElementById("explore-clear").addEventListener("click", () => { this.choice.clear(); this.choice.write(); this.show(); });
      document.getElementById("explore-csv").addEventListener("click", () => this.save(this.csv(), "text/csv", "csv"));
      document.getElementById("explore-svg").addEventListener("click", () => this.save(this.forest.text, "image/svg+xml", "svg"));
      window.addEventListener("hashchange", () => { this.choice.read(); this.show(); });
      new ResizeObserver(() => this.show()).observe(this.forest.place);
    }

    show() {
      const rows = this.choice.rows();
      this.shown = rows;
      this.pooled = rows.length >= FEWEST ? pool(rows.map(row => row.log_hr), rows.map(row => row.se)) : null;
      this.tell(rows);
      document.getElementById("explore-svg").hidden = !rows.length;
      if (rows.length) this.forest.draw(rows, this.pooled, this.sentence); else this.forest.place.replaceChildren();
      const chosen = new Set(rows);
      this.tableRows.forEach((line, i) => { line.hidden = !chosen.has(ROWS[i]); });
      this.page.dataset.result = JSON.stringify({ trials: rows.map(row => row.trial_id), ...this.pooled });
    }

    tell(rows) {
      const set = (id, text) => { document.getElementById(id).textContent = text; };
      const k = rows.length, trials = k === 1 ? "1 trial" : `${k} trials`;
      const patients = rows.reduce((n, row) => n + (row.n_total || 0), 0);
      set("explore-trials", `${trials}, ${whole(patients)} patients`);
      if (!this.pooled) {
        this.sentence = k ? `${trials}: shown, not pooled. Three are needed.` : "No trial fits this choice. Widen one of the fields, or start again.";
        ["explore-hr", "explore-prediction", "explore-absolute", "explore-i2"].forEach(id => set(id, "–"));
      } else {
        const at = Object.fromEntries(["estimate", "low", "high", "predictionLow", "predictionHigh"].map(key => [key, Math.exp(this.pooled[key])]));
        const { control } = this.choice;
        const more = [at.estimate, at.high, at.low].map(one => morePerThousand(one, control));
        const [middle, from, to] = more.map(one => (Math.round(one) > 0 ? "+" : "") + whole(one).replace("-", "−"));
        set("explore-hr", interval(at.estimate, at.low, at.high));
        const further = predicts(this.pooled);
        set("explore-prediction", further ? `${ratio(at.predictionLow)} to ${ratio(at.predictionHigh)}` : "– (no variance between trials found)");
        set("explore-absolute", `${middle} per 1,000 (${from} to ${to})`);
        set("explore-i2", `I² ${this.pooled.i2.toFixed(0)} %, τ² ${this.pooled.tau2.toFixed(3)}`);
        this.sentence = `${trials} pooled: hazard ratio ${interval(at.estimate, at.low, at.high)}` +
          (further ? `; a further trial is expected between ${ratio(at.predictionLow)} and ${ratio(at.predictionHigh)}.` : ".");
      }
      set("explore-sentence", this.sentence);
    }

    csv() {
      const columns = ["trial_id", "label", "year", "outcome", "endpoint", "allocation", "tumours", "setting", "product", "comparator",
        "comparator_kind", "method", "quality", "n_cik", "n_control", "log_hr", "se", "ci_low", "ci_high", "note"];
      const cell = value => {
        const text = Array.isArray(value) ? value.join("; ") : String(value ?? "");
        const inert = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
        return /[",\n\r]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
      };
      return [columns, ...this.shown.map(row => columns.map(column => row[column]))].map(line => line.map(cell).join(",")).join("\n") + "\n";
    }

    save(text, type, ending) {
      const address = URL.createObjectURL(new Blob([text], { type }));
      const link = document.createElement("a");
      Object.assign(link, { href: address, download: `ircc-explore.${ending}` }).click();
      setTimeout(() => URL.revokeObjectURL(address), 1000);
    }
  }

  const page = document.getElementById("explorer");
  if (page) new Explorer(page);
})();
