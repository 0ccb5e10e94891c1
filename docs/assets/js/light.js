/**
 * Light or dark: what the reader chose, else what the system says. Runs in the header, before anything is painted;
 * without scripts the page stays light and there is no button. A classic script, so that it also runs from file://.
 */
"use strict";
(function () {
  const KEY = "kb-light";
  const SCHEMES = ["default", "slate"];
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const button = /** @type {HTMLButtonElement} */ (document.querySelector(".kb-light"));

  /** The reader's choice; browsers may refuse to keep any. */
  function chosen() {
    try {
      return SCHEMES.find((scheme) => scheme === localStorage.getItem(KEY));
    } catch {
      return undefined;
    }
  }

  function show(scheme = chosen() ?? SCHEMES[Number(dark.matches)]) {
    document.body.dataset.mdColorScheme = scheme;
    button.title = scheme === "slate" ? "切换到日间" : "切换到夜间";
    button.setAttribute("aria-label", button.title);
  }

  button.addEventListener("click", () => {
    const other = SCHEMES[1 - SCHEMES.indexOf(document.body.dataset.mdColorScheme ?? "")];
    try {
      localStorage.setItem(KEY, other);
    } catch {}
    show(other);
  });
  dark.addEventListener("change", () => show());
  addEventListener("storage", () => show()); // chosen in another window
  button.hidden = false;
  show();
})();
