/** The door to search on every page: button, keys, and a field that takes typing at once. The rest is loaded on use. */
"use strict";
(function () {
  const kb = (globalThis.kbSearch ??= {});
  const here = new URL(".", document.currentScript.src);
  kb.root = new URL("../../", here).href;
  /** A page's address; a folder on a disk has no index of its own. @param {string} path */
  kb.address = (path) => kb.root + path + (location.protocol === "file:" ? "index.html" : "");

  /** @type {Map<string, Promise<void>>} */
  const loaded = new Map();
  /** @param {string} name */
  function load(name) {
    const coming = new Promise((done, failed) => {
      const tag = document.createElement("script");
      tag.async = false; // in the order asked for
      tag.onload = done;
      tag.onerror = () => {
        loaded.delete(name); // so that it can be tried again
        failed(new Error(name));
      };
      tag.src = new URL(name, here).href;
      document.head.append(tag);
    });
    loaded.set(name, coming);
    return coming;
  }
  /** Run scripts of this folder, each once. @param {...string} names */
  kb.run = (...names) => Promise.all(names.map((name) => loaded.get(name) ?? load(name)));
  const view = () => kb.run("parts.js", "results.js", "view.js");

  /** @type {HTMLDialogElement} */
  let box;
  function shell() {
    const make = (name, into) => into.appendChild(document.createElement(name));
    box = make("dialog", document.body);
    box.className = "kb-dialog md-typeset";
    box.setAttribute("aria-label", "搜索");
    const form = make("form", box);
    form.action = kb.address("search/");
    make("input", form).name = "q";
  }

  /** @param {any} [asked] a question to show again, with the place in its results */
  function open(asked) {
    if (kb.focusPage?.() || box?.open) return; // the page `search/` has its own field
    if (!box) shell();
    if (!box.showModal) return location.assign(kb.address("search/")); // a browser without dialogs
    const before = document.activeElement;
    box.addEventListener("close", () => before?.focus(), { once: true });
    box.showModal();
    const field = box.querySelector("input");
    field.value = asked?.text ?? field.value;
    field.select();
    view().then(() => kb.showDialog(box, asked), () => location.assign(kb.address("search/")));
  }

  addEventListener("click", (event) => {
    const button = event.target.closest?.(".kb-search-button, .kb-search");
    if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    const writing = event.target.closest?.("input, textarea, select, [contenteditable]");
    const asked = event.ctrlKey || event.metaKey ? /^k$/i.test(event.key) : !writing && /^[/s]$/.test(event.key);
    if (!asked) return;
    event.preventDefault();
    open();
  });

  /** Write down what to find on coming back; a browser may refuse. @param {any} state */
  kb.note = (state) => {
    try {
      history.replaceState(state, "");
    } catch {}
  };

  /** Who comes back from a result finds the dialog as it was. */
  function reopen() {
    const { ask, ...state } = history.state ?? {};
    if (!ask) return;
    kb.note(state);
    open(ask);
  }
  reopen();
  addEventListener("popstate", reopen); // the result lay on this page
  addEventListener("pageshow", (event) => event.persisted && reopen());

  const page = document.querySelector("[data-kb-search-page]");
  // Where loading fails, the page keeps its own text.
  if (page) view().then(() => kb.showPage(page)).catch(() => {});
  if (new URLSearchParams(location.search).has("mark")) kb.run("marks.js").then(() => kb.showMarks()).catch(() => {});
})();
