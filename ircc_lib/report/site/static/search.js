// Search over the index that lies beside this script; it is read when the field is first used.
(function () {
  "use strict";
  var field = document.getElementById("search");
  var list = document.getElementById("search-results");
  var status = document.getElementById("search-status");
  if (!field || !list) return;
  var MOST = 12, entries = null, chosen = -1, top = document.body.dataset.top;

  function plain(text) { return text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase(); }

  function read(then) {
    if (entries) return then();
    var script = document.createElement("script");
    script.src = top + "_static/search-index.js";
    script.onload = function () {
      entries = window.IRCC_SEARCH.map(function (entry) {
        return { kind: entry[0], title: entry[1], below: entry[2], path: entry[3],
                 name: plain(entry[1]), all: plain(entry.join(" ")) };
      });
      then();
    };
    document.head.append(script);
  }

  function found(words) {
    return entries
      .map(function (entry) {
        if (!words.every(function (word) { return entry.all.includes(word); })) return null;
        var inName = words.every(function (word) { return entry.name.includes(word); });
        var first = entry.name.startsWith(words[0]);
        return { entry: entry, rank: (first ? 0 : 1) + (inName ? 0 : 2) + (entry.kind === "Trial" ? 0.5 : 0) };
      })
      .filter(Boolean)
      .sort(function (one, other) { return one.rank - other.rank; });
  }

  function part(name, text) {
    var element = document.createElement("span");
    element.className = name;
    element.textContent = text;
    return element;
  }

  function show() {
    var words = plain(field.value).split(/\s+/).filter(Boolean);
    list.replaceChildren();
    chosen = -1;
    field.removeAttribute("aria-activedescendant");
    if (!words.length) { close(); status.textContent = ""; return; }
    var hits = found(words);
    hits.slice(0, MOST).forEach(function (hit, place) {
      var item = document.createElement("li");
      item.id = "search-result-" + place;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.dataset.path = hit.entry.path;
      item.append(part("kind", hit.entry.kind), part("name", hit.entry.title));
      if (hit.entry.below) item.append(part("below", hit.entry.below));
      list.append(item);
    });
    var more = hits.length > MOST ? ", the first " + MOST + " shown" : "";
    status.textContent = hits.length === 1 ? "1 result" : hits.length + " results" + more;
    if (!hits.length) {
      var none = document.createElement("li");
      none.setAttribute("role", "option");
      none.setAttribute("aria-disabled", "true");
      none.setAttribute("aria-selected", "false");
      none.textContent = "Nothing found";
      list.append(none);
    }
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
  }

  function close() {
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
  }

  function choose(step) {
    var items = list.querySelectorAll("[data-path]");
    if (!items.length) return;
    if (chosen >= 0) items[chosen].setAttribute("aria-selected", "false");
    chosen = (chosen + step + items.length) % items.length;
    items[chosen].setAttribute("aria-selected", "true");
    items[chosen].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", items[chosen].id);
  }

  function go(item) { if (item) location.href = top + item.dataset.path; }

  field.addEventListener("focus", function () { read(function () { if (field.value) show(); }); });
  field.addEventListener("input", function () { read(show); });
  field.addEventListener("keydown", function (event) {
    var open = !list.hidden;
    if (event.key === "ArrowDown" && open) { choose(1); event.preventDefault(); }
    else if (event.key === "ArrowUp" && open) { choose(chosen < 0 ? 0 : -1); event.preventDefault(); }
    else if (event.key === "Escape") { close(); }
    else if (event.key === "Enter" && open) {
      go(list.querySelectorAll("[data-path]")[Math.max(chosen, 0)]);
      event.preventDefault();
    }
  });
  field.addEventListener("blur", close);
  list.addEventListener("mousedown", function (event) {
    event.preventDefault(); // the field keeps the focus until the way is taken
    go(event.target.closest("[data-path]"));
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
      field.focus();
      event.preventDefault();
    }
  });
})();
