/**
 * What Material writes into every page as inline scripts, as a file, so that the pages' policy can forbid inline
 * scripts: its store of settings, and the colours that the reader chose, set before anything is painted.
 */
"use strict";
{
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  const root = new URL("../..", script.src); // where the site begins, on a server and on a disk
  const hash = (/** @type {string} */ text) => [...text].reduce((sum, char) => (sum << 5) - sum + char.charCodeAt(0), 0);
  const get = (/** @type {string} */ key, store = localStorage, scope = root) =>
    JSON.parse(store.getItem(`${scope.pathname}.${key}`) ?? "null");
  const set = (/** @type {string} */ key, /** @type {unknown} */ value, store = localStorage, scope = root) => {
    try {
      store.setItem(`${scope.pathname}.${key}`, JSON.stringify(value));
    } catch {
      // A browser that keeps nothing: the setting lasts as long as the page.
    }
  };
  Object.assign(globalThis, { __md_scope: root, __md_hash: hash, __md_get: get, __md_set: set });

  /** @type {Record<string, string>} */
  const colours = get("__palette")?.color ?? {};
  const paint = (/** @type {unknown} */ _, /** @type {MutationObserver} */ watching) => {
    if (!document.body) return;
    watching.disconnect();
    for (const [key, value] of Object.entries(colours)) document.body.setAttribute(`data-md-color-${key}`, value);
  };
  new MutationObserver(paint).observe(document.documentElement, { childList: true });
}
