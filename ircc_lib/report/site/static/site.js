// The buttons of every page: theme, menu, code, and the switch between editions.
(function () {
  "use strict";
  var root = document.documentElement;

  function dark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  function pressed(button, on) { button.setAttribute("aria-pressed", String(on)); }

  var theme = document.getElementById("theme-button");
  if (theme) {
    pressed(theme, dark());
    theme.addEventListener("click", function () {
      root.dataset.theme = dark() ? "light" : "dark";
      pressed(theme, dark());
      try { localStorage.setItem("ircc-theme", root.dataset.theme); } catch (refused) { /* then for this page only */ }
    });
  }

  var menu = document.getElementById("menu-button");
  if (menu) menu.addEventListener("click", function () {
    menu.setAttribute("aria-expanded", String(root.classList.toggle("menu-open")));
  });

  var code = document.getElementById("code-button");
  if (code) code.addEventListener("click", function () {
    var on = root.classList.toggle("code");
    pressed(code, on);
    code.textContent = on ? "Hide the code of this page" : "Show the code of this page";
    document.querySelectorAll("details.code").forEach(function (cell) { cell.open = on; });
  });

  var place = document.getElementById("edition-switch");
  var editions = window.IRCC_EDITIONS || [];
  if (place && editions.length > 1) {
    var here = document.body.dataset.edition;
    var select = document.createElement("select");
    select.setAttribute("aria-label", "Edition");
    editions.forEach(function (edition) {
      var option = new Option(edition.title, edition.name, edition.name === here, edition.name === here);
      select.add(option);
    });
    select.addEventListener("change", function () {
      location.href = document.body.dataset.top + "../" + encodeURIComponent(select.value) + "/index.html";
    });
    place.prepend(select);
  }
})();
