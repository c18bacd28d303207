// Before the page is drawn: that scripts run, and which theme the reader chose last time.
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("js");
  try {
    var theme = localStorage.getItem("ircc-theme");
    if (theme === "dark" || theme === "light") root.dataset.theme = theme;
  } catch (refused) { /* a browser that keeps nothing shows the system's theme */ }
})();
