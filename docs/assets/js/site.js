/**
 * What the scripts of a page share, `kbPage`, and a word in place of pictures that failed. Runs first on every page;
 * every page is complete without it. A classic script in one namespace, so that it also runs from file://.
 */
"use strict";
(function () {
  const LOOKS = 10; // frames in which what comes near the window gets its height
  const root = new URL("../../", /** @type {HTMLScriptElement} */ (document.currentScript).src).href;

  // --- elements -----------------------------------------------------------------------------------------------

  /**
   * An element. Children that are text become text, never markup; empty ones are left out.
   * @param {string} tag @param {Record<string, string | boolean | undefined>} [attributes]
   * @param {...(Node | string | null | undefined | false)} children
   * @returns {any}
   */
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === true) element.setAttribute(name, "");
      else if (value !== false && value !== undefined) element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
    return element;
  }

  /** @param {string} name class @param {string} text @param {() => void} action */
  function button(name, text, action) {
    const made = make("button", { type: "button", class: name }, text);
    made.addEventListener("click", action);
    return made;
  }

  /** Without a secure page there is no clipboard to write to; then the old way. @param {string} text @returns whether it is done */
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {}
    const field = make("textarea", { "aria-hidden": "true", class: "kb-copy-field" });
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }

  /** A button that copies and says for a while how it went. @param {string} name class @param {string} label @param {() => string} text */
  function copyButton(name, label, text) {
    const made = button(name, label, async () => {
      made.textContent = (await copy(text())) ? "已复制" : "没有复制成";
      made.focus();
      setTimeout(() => (made.textContent = label), 2500);
    });
    made.setAttribute("aria-live", "polite");
    made.addEventListener("mousedown", (/** @type {MouseEvent} */ event) => event.preventDefault()); // or the selection is gone
    return made;
  }

  // --- events, addresses, files -------------------------------------------------------------------------------

  /** A click or key that is the browser's own: another tab or window, a download. @param {MouseEvent | KeyboardEvent} event */
  const modified = (event) => event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;

  /** The id that an address ends with, or "" where it is not well-formed. @param {{hash: string}} address */
  function anchorOf({ hash }) {
    try {
      return decodeURIComponent(hash.slice(1));
    } catch {
      return "";
    }
  }

  /** The part of the page that its address names. @returns {HTMLElement | null} */
  function target() {
    const anchor = anchorOf(location);
    return anchor ? document.getElementById(anchor) : null; // for no name Firefox warns
  }

  /**
   * Write down an address and what to find on coming back, without going there; a browser may refuse.
   * @param {any} state @param {URL | string} [address] @param {"replaceState" | "pushState"} [how]
   */
  function note(state, address, how = "replaceState") {
    try {
      history[how](state, "", address);
    } catch {}
  }

  /** @type {Map<string, Promise<void>>} */
  const loaded = new Map();

  /**
   * Run a script, once; a failure is forgotten, so that it can be tried again.
   * @param {string} path relative to the site's root @param {boolean} [ordered] whether after the ordered ones asked for before
   */
  function load(path, ordered = false) {
    const known = loaded.get(path);
    if (known) return known;
    /** @type {Promise<void>} */
    const coming = new Promise((done, failed) => {
      const tag = make("script", { src: root + path });
      tag.async = !ordered;
      tag.onload = () => done();
      tag.onerror = () => {
        loaded.delete(path);
        failed(new Error(path));
      };
      document.head.append(tag);
    });
    loaded.set(path, coming);
    return coming;
  }

  // --- place --------------------------------------------------------------------------------------------------

  /** @type {Element | undefined} */
  let held;

  /**
   * Put a part of the page so far below the window's upper edge, and keep it there while what comes near the window
   * gets its height: Safari does not, and Firefox not always. Ends when the reader does something.
   * @param {Element} part @param {number} top
   */
  function hold(part, top) {
    let left = LOOKS;
    const look = () => {
      if (held !== part || !part.isConnected) return;
      scrollBy(0, part.getBoundingClientRect().top - top);
      if (left-- > 0) requestAnimationFrame(look);
    };
    held = part;
    look();
  }
  for (const kind of ["wheel", "touchstart", "pointerdown", "keydown"]) {
    addEventListener(kind, () => (held = undefined), { capture: true, passive: true });
  }

  globalThis.kbPage = { root, make, button, copyButton, modified, anchorOf, target, note, load, hold };

  // --- pictures -----------------------------------------------------------------------------------------------

  /** Say in place of a picture that it failed, and lead to the original. @param {HTMLImageElement} image */
  function replaceFailed(image) {
    if (image.classList.contains("kb-inline")) return;
    const { original, gone } = image.dataset; // written by `kb build` where `kb images` was used
    const what = gone ? `图片在 ${gone} 已经取不到了` : "图片没有载入";
    const caption = image.closest("figure")?.querySelector("figcaption")?.textContent?.trim();
    const says = image.alt.trim() === caption ? "" : image.alt; // or the same words stand twice
    const text = [`${what}，点此打开原图`, says].filter(Boolean).join("：");
    const link = image.closest("a");
    (link || image).replaceWith(make("a", { class: "kb-missing", href: original || image.src, rel: "noreferrer" }, text));
  }

  document.addEventListener(
    "error",
    (event) => {
      if (event.target instanceof HTMLImageElement && event.target.closest(".md-content")) replaceFailed(event.target);
    },
    true,
  );
  // Pictures that failed before this script ran.
  for (const image of document.querySelectorAll(".md-content img")) {
    if (image instanceof HTMLImageElement && image.complete && image.currentSrc && image.naturalWidth === 0) replaceFailed(image);
  }
})();
