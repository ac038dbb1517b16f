// Before the first paint, so that a chosen theme never flashes. A file of its own: the page's policy allows no inline script.
(function () {
  var chosen = null;
  try {
    chosen = localStorage.getItem('omnify.theme');
  } catch (ignored) {
    // storage may be closed; the system's theme then
  }
  if (chosen === 'light' || chosen === 'dark') {
    document.documentElement.dataset.theme = chosen;
  }
})();
