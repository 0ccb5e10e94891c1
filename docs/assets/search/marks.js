/**
 * Marks what was searched for on the page a result leads to, with a bar to go from one place to the next. The passage
 * aimed at comes first; the rest of a long page follows when the browser has time.
 */
"use strict";
(function () {
  const kb = (globalThis.kbSearch ??= {});
  const { root, make, button, target, note, hold } = globalThis.kbPage;
  const BLOCKS = "p, li, h1, h2, h3, h4, h5, h6, td, th, dt, dd, figcaption, blockquote, pre, section, div, article, details";
  // What only names and leads elsewhere: marks there would be counted and never read.
  const ASIDE = ".kb-head, .kb-chips, .kb-contents, .kb-overview, .kb-passage-meta, .kb-passage-foot, .kb-provenance, .kb-topics, .kb-why, .kb-named, .kb-controls, .kb-answers-told, .kb-answers-cancelled, script, style, svg, button";
  const BUTTON = "kb-marks-button";
  const SLICE = 8; // milliseconds of work between two looks at the clock

  /** The words of an address, those in quotation marks kept together. @param {string} value */
  const termsIn = (value) => (value.match(/"[^"]+"|\S+/g) ?? []).map((term) => term.replace(/^"(.+)"$/, "$1"));

  // --- marking ------------------------------------------------------------------------------------------------

  /** Runs of text nodes that read as one text: those of one block, side by side. @param {Element} root @returns {Text[][]} */
  function runsIn(root) {
    const accept = (/** @type {Node} */ node) =>
      node instanceof Element && node.matches(ASIDE) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT;
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, accept);
    /** @type {Text[][]} */
    const runs = [];
    let block = null;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!(node instanceof Text)) continue;
      const own = node.parentElement?.closest(BLOCKS) ?? null;
      if (own !== block || !runs.length) runs.push([]);
      block = own;
      runs[runs.length - 1].push(node);
    }
    return runs;
  }

  /** @param {Text} node @param {number} start @param {number} end @param {boolean} first whether the place begins here */
  function wrap(node, start, end, first) {
    if (end < node.length) node.splitText(end);
    const part = start ? node.splitText(start) : node;
    const mark = make("mark", { class: first ? "kb-hit" : "kb-hit kb-hit-on" });
    part.replaceWith(mark);
    mark.append(part);
    return mark;
  }

  /**
   * Mark the places of a run; one that crosses links or bold is marked in parts.
   * @param {Text[]} run @param {(text: string) => [number, number][]} locate @returns {Element[][]} places, each its parts
   */
  function markRun(run, locate) {
    const ranges = locate(run.map((node) => node.data).join(""));
    if (!ranges.length) return [];
    /** @type {Element[][]} */
    const places = ranges.map(() => []);
    let start = run.reduce((sum, node) => sum + node.length, 0);
    // From the end, so that what is split off does not move what is still to be marked.
    for (const node of [...run].reverse()) {
      const end = start;
      start -= node.length;
      for (let i = ranges.length - 1; i >= 0; i--) {
        const low = Math.max(ranges[i][0], start);
        const high = Math.min(ranges[i][1], end);
        if (low < high) places[i].unshift(wrap(node, low - start, high - start, low === ranges[i][0]));
      }
    }
    return places;
  }

  // --- the page -----------------------------------------------------------------------------------------------

  /** The marks of a page: sections in their order, each with its places once it has been looked at. */
  class Marks {
    /** @param {(text: string) => [number, number][]} locate */
    constructor(locate) {
      this.locate = locate;
      const content = /** @type {Element} */ (document.querySelector(".md-content"));
      const parts = [...content.querySelectorAll(".kb-passage, .md-content__inner > :not(.kb-passage)")];
      this.sections = parts.filter((part) => !part.matches(ASIDE) && !part.querySelector(".kb-passage"));
      /** @type {Map<Element, Element[][]>} */
      this.done = new Map();
    }

    /** @param {Element} section */
    mark(section) {
      if (this.done.has(section)) return;
      this.done.set(section, runsIn(section).flatMap((run) => markRun(run, this.locate)));
    }

    /** Mark the rest in slices. @param {() => void} progress called after each */
    async markAll(progress) {
      let clock = performance.now();
      for (const section of this.sections) {
        this.mark(section);
        if (performance.now() - clock < SLICE) continue;
        progress();
        await new Promise((go) => ("requestIdleCallback" in globalThis ? requestIdleCallback(go, { timeout: 200 }) : setTimeout(go)));
        if (this.cleared) return;
        clock = performance.now();
      }
      progress();
    }

    /** All places found so far, in the order of the page. */
    places() {
      return this.sections.flatMap((section) => this.done.get(section) ?? []);
    }

    clear() {
      this.cleared = true;
      for (const mark of this.places().flat()) {
        const parent = mark.parentNode;
        mark.replaceWith(...mark.childNodes);
        parent?.normalize();
      }
      this.done.clear();
    }
  }

  // --- the bar ------------------------------------------------------------------------------------------------

  class Bar {
    /** @param {Marks} marks @param {string[]} terms */
    constructor(marks, terms) {
      this.marks = marks;
      this.terms = terms;
      /** @type {Element[] | undefined} */
      this.current = undefined;
      this.complete = false;
      this.count = make("output", { class: "kb-marks-count" });
      this.steps = [button(BUTTON, "上一处", () => this.step(-1)), button(BUTTON, "下一处", () => this.step(1))];
      const attributes = { class: "kb-marks", role: "region", "aria-label": "页面上标出的词" };
      this.element = make("div", attributes, this.count, ...this.steps, button(BUTTON, "清除", () => this.clear()));
      this.show();
    }

    /** The places in sight: a question's filter hides some. */
    places() {
      return this.marks.places().filter(([mark]) => !mark.closest("[hidden]"));
    }

    show() {
      const places = this.places();
      const here = places.indexOf(/** @type {any} */ (this.current)) + 1;
      const none = this.complete ? "显示出来的回答里没有" + this.terms.map((term) => `“${term}”`).join("") : "正在查找…";
      const only = places.length === 1 && this.complete;
      this.count.textContent = only ? "这一页有 1 处" : places.length ? `${here || "–"} / ${places.length}` : none;
      for (const button of this.steps) button.hidden = !places.length || only;
    }

    /** Go to a place. @param {Element[] | undefined} place */
    go(place) {
      for (const mark of this.current ?? []) mark.classList.remove("kb-hit-here");
      this.current = place;
      for (const mark of place ?? []) mark.classList.add("kb-hit-here");
      if (place && !this.inView(place[0])) {
        place[0].scrollIntoView({ block: "center" });
        hold(place[0], place[0].getBoundingClientRect().top);
      }
      this.show();
    }

    /** Whether a mark can be read where it is, below the header and above the bar. @param {Element} mark */
    inView(mark) {
      const { top, bottom } = mark.getBoundingClientRect();
      const header = document.querySelector(".md-header")?.getBoundingClientRect().bottom ?? 0;
      return top > header && bottom < innerHeight - this.element.offsetHeight - 24;
    }

    /** @param {number} step */
    step(step) {
      const places = this.places(), at = places.indexOf(/** @type {any} */ (this.current));
      const here = at < 0 ? this.before(places) - (step > 0 ? 1 : 0) : at;
      this.go(places[(here + step + places.length) % places.length]);
    }

    /** How many places stand before the passage aimed at. @param {Element[][]} places */
    before(places) {
      const aimed = target();
      return aimed ? places.filter(([mark]) => aimed.compareDocumentPosition(mark) & Node.DOCUMENT_POSITION_PRECEDING).length : 0;
    }

    clear() {
      const inSight = [this.current?.[0], target(), document.elementFromPoint(innerWidth / 2, innerHeight / 3)];
      const passage = inSight.map((one) => one?.closest(".kb-passage:not([hidden])")).find(Boolean);
      this.marks.clear();
      this.element.remove();
      removeEventListener("hashchange", this.moved);
      removeEventListener("kb-shown", this.shown);
      // The focus was in the bar; it goes on where the reading does.
      const heading = /** @type {HTMLElement | null} */ (passage?.querySelector("h2") ?? document.querySelector("h1"));
      heading?.setAttribute("tabindex", "-1");
      heading?.focus({ preventScroll: true });
      const address = new URL(location.href);
      address.searchParams.delete("mark");
      note(history.state, address);
    }

    shown = () => this.show();

    /** To the first place in the passage that the address names. */
    moved = () => {
      const aimed = target();
      const section = aimed && this.marks.sections.find((one) => one.contains(aimed));
      if (!section) return;
      this.marks.mark(section);
      const first = this.marks.done.get(section)?.[0];
      if (first) this.go(first);
    };
  }

  /** Mark the words that the address names, and show the bar. */
  kb.showMarks = async () => {
    const terms = termsIn(new URLSearchParams(location.search).get("mark") ?? "");
    if (!terms.length || !document.querySelector(".md-content")) return;
    await kb.run("engine.js");
    const index = await kb.openIndex(root);
    await index.prepare(terms);
    const marks = new Marks((text) => index.locate(text, terms));
    const bar = new Bar(marks, terms);
    document.body.append(bar.element);
    // The browser itself, and the question's folds, go to the passage until the page is all there.
    if (document.readyState !== "complete") await new Promise((ready) => addEventListener("load", ready, { once: true }));
    bar.moved();
    addEventListener("hashchange", bar.moved);
    addEventListener("kb-shown", bar.shown);
    await marks.markAll(() => bar.show());
    bar.complete = true;
    if (!marks.places().length) return bar.element.remove(); // the page speaks of it in other words
    // A passage without a place was found by its article's title; then the reader stays there.
    if (!bar.current && !target()) bar.go(bar.places()[0]);
    bar.show();
  };
})();
