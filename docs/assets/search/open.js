/** The door to search on every page: button, keys, and a field that takes typing at once. The rest is loaded on use. */
"use strict";
(function () {
  const kb = (globalThis.kbSearch ??= {});
  const { root, make, button, modified, note, load } = globalThis.kbPage;
  /** A page's address; a folder on a disk has no index of its own. @param {string} path */
  kb.address = (path) => root + path + (location.protocol === "file:" ? "index.html" : "");
  /** Run scripts of this folder, each once. @param {...string} names */
  kb.run = (...names) => Promise.all(names.map((name) => load(`assets/search/${name}`, true)));
  const view = () => kb.run("parts.js", "results.js", "view.js");

  /** @type {HTMLDialogElement} */
  let box;
  function shell() {
    const form = make("form", { action: kb.address("search/") }, make("input", { name: "q" }));
    box = make("dialog", { class: "kb-dialog md-typeset", "aria-label": "搜索" }, form);
    document.body.append(box);
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
    bring(asked);
  }

  /** @type {HTMLElement | undefined} what is said where search does not come */
  let failed;

  /** Fill the dialog. Where its scripts do not come, as without a network, one stays on the page that one reads. */
  function bring(asked) {
    failed?.remove();
    view().then(() => kb.showDialog(box, asked), () => {
      const again = button("kb-wide", "再试一次", () => {
        bring(asked);
        box.querySelector("input").focus();
      });
      const close = button("kb-wide", "关闭", () => box.close());
      const said = make("div", { class: "kb-nothing", role: "alert" }, make("h2", {}, "搜索没有载入"), make("p", {}, "可能是网络断了。"), again, " ", close);
      failed = make("div", { class: "kb-search-body" }, said);
      box.append(failed);
    });
  }

  addEventListener("click", (event) => {
    const button = event.target.closest?.(".kb-search-button, .kb-search");
    if (!button || modified(event)) return;
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

  /** Who comes back from a result finds the dialog as it was. */
  function reopen() {
    const { ask, ...state } = history.state ?? {};
    if (!ask) return;
    note(state);
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
