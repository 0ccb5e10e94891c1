/**
 * Light or dark: what the reader chose, else what the system says. Runs in the head, before anything is painted;
 * without scripts pages are light and show no button. A classic script, so that it also runs from file://.
 */
"use strict";
(function () {
  const KEY = "kb-light";
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const page = document.documentElement;

  /** The reader's choice, if any; browsers may refuse to keep it. */
  function chosen() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  }

  const show = () => (page.dataset.light = chosen() ?? (dark.matches ? "dark" : "light"));

  addEventListener("click", (event) => {
    if (!event.target.closest?.(".kb-light")) return;
    page.dataset.light = page.dataset.light === "dark" ? "light" : "dark";
    try {
      localStorage.setItem(KEY, page.dataset.light);
    } catch {}
  });
  dark.addEventListener("change", show);
  addEventListener("storage", show); // chosen in another window
  addEventListener("pageshow", show); // or before the reader came back to this page
  show();
})();
