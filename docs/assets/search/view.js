/**
 * Search as readers see it: one field with its results, used by the dialog on every page and by the page `search/`.
 * The focus itself walks through the results, so that every screen reader tells what is chosen, and Enter follows a
 * link as it always does.
 */
"use strict";
(function () {
  const kb = (globalThis.kbSearch ??= {});
  const { make, button, modified, note } = globalThis.kbPage;
  const PAUSE = 120; // milliseconds after the last key before a search starts
  const PATIENCE = 250; // milliseconds before the reader is told that it takes a while
  const FIRST = 10; // hits asked for at first
  const MORE = 30; // … and each time the reader wants more
  const ALL = 10_000;
  const ARTICLES = 10; // what the dialog shows at most

  /** @typedef {{text: string, filters: Record<string, string>}} Question */
  /** @typedef {{shown: number, unfolded: Record<string, any>}} Extent hits that were loaded; by group the articles that were unfolded */

  /** Whether a key belongs to an input method that is still composing; 229 is what Safari says. @param {KeyboardEvent} event */
  const composes = (event) => event.isComposing || event.keyCode === 229;

  /** Of one article a few passages: a question with a hundred answers must not be all there is. @param {any} index @param {Question} question */
  const ask = (index, { text, filters }, options = {}) =>
    index.search(text, { limit: FIRST, filters, order: filters.order, perArticle: kb.SHOWN, ...options });

  /** What pinyin may stand for; other text is not asked about, and results do not depend on it. @param {any} index @param {string} text */
  const suggested = async (index, text) => (/^[a-z][a-z0-9' ]+$/i.test(text) ? index.suggest(text).catch(() => []) : []);

  /** What the screen reader is told. @param {any} answer @param {any[]} [found] by pinyin @param {boolean} [narrowed] by filters */
  function spoken({ exact, related, cards }, found = [], narrowed = false) {
    const parts = [
      found.length && `按拼音找到 ${found.length} 条`,
      cards.length && `词条和主题 ${cards.length} 个`,
      exact.total && `完整出现 ${exact.total} ${kb.unit(exact)}`,
      related.total && `相关 ${related.total} ${kb.unit(related)}`,
    ].filter(Boolean);
    return parts.length ? parts.join("，") : narrowed ? "在这些筛选条件下，没有找到" : "没有找到";
  }

  /** A field with its results. What differs between dialog and page comes in as options. */
  class View {
    /**
     * @param {HTMLElement} host @param {HTMLFormElement} form
     * @param {{most: number, more: boolean, changed: (question: Question) => void, settled: (question: Question) => void, entered: (question: Question) => void, below: (question: Question) => Node | null}} options
     *   most: articles to show; more: whether further ones can be loaded; changed, settled, entered: the reader typed,
     *   chose, pressed Enter; below: what to show below the results
     */
    constructor(host, form, options) {
      this.host = host;
      this.form = form;
      this.options = options;
      this.field = /** @type {HTMLInputElement} */ (form.querySelector("input"));
      this.status = make("p", { class: "kb-hidden", role: "status" });
      this.body = make("div", { class: "kb-search-body", id: "kb-search-body" });
      /** @type {Record<string, string>} */
      this.filters = {};
      this.ticket = 0;
      /** @type {Map<string, any>} lists of the hits that are shown, by group */
      this.lists = new Map();
      this.composing = false;
      host.append(this.status, this.body);
      this.dressField();
      this.listen();
      // The first answer shall not wait for the index; a failure shows when something is asked.
      kb.index().then((/** @type {any} */ index) => void (this.field.placeholder = `搜索 ${index.passages} 段原文`), () => {});
    }

    dressField() {
      this.form.className = "kb-search-form";
      this.form.setAttribute("role", "search");
      const attributes = { type: "text", class: "kb-search-field", "aria-label": "搜索", placeholder: "搜索原文", autocomplete: "off" };
      const manner = { autocapitalize: "off", spellcheck: "false", enterkeyhint: "search", "aria-controls": this.body.id };
      for (const [name, value] of Object.entries({ ...attributes, ...manner })) this.field.setAttribute(name, value);
    }

    listen() {
      this.field.addEventListener("compositionstart", () => {
        this.composing = true;
        this.drop();
      });
      this.field.addEventListener("compositionend", () => {
        this.composing = false;
        this.typed();
      });
      this.field.addEventListener("input", (event) => {
        if (!this.composing && !(/** @type {InputEvent} */ (event).isComposing)) this.typed();
      });
      this.field.addEventListener("change", () => !this.composing && this.options.settled(this.question()));
      this.form.addEventListener("submit", (event) => {
        event.preventDefault();
        if (!this.composing) this.enter();
      });
      this.host.addEventListener("keydown", (event) => this.key(event));
      this.body.addEventListener("click", (event) => {
        if (event.target instanceof Element && event.target.closest("a[href]")) kb.recent.add(this.question().text);
      });
    }

    /** @returns {Question} */
    question() {
      return { text: this.field.value.trim(), filters: this.filters };
    }

    // --- keys -------------------------------------------------------------------------------------------------

    /** @param {KeyboardEvent} event */
    key(event) {
      const inField = event.target === this.field;
      if (composes(event)) {
        if (event.key === "Enter") event.preventDefault(); // it ends the composition and nothing else
        return;
      }
      if (event.target instanceof HTMLSelectElement || event.ctrlKey || event.metaKey || event.altKey) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        this.walk(step);
      } else if (!inField && (event.key === "Backspace" || (event.key.length === 1 && event.key !== " "))) {
        this.field.focus(); // who types on a result goes on writing the query
        event.stopPropagation(); // … and does not mean the keys that open search
      }
    }

    /** The focus goes to the next result, or back to the field. @param {number} step */
    walk(step) {
      const results = [...this.body.querySelectorAll("[data-kb-stop]")];
      const stops = [this.field, ...results.filter((result) => !result.closest("[hidden]"))];
      const here = stops.indexOf(document.activeElement);
      const next = stops[here < 0 ? 0 : here + step];
      if (!next) return;
      next.focus({ preventScroll: true });
      next.closest(".kb-result, li, a, form")?.scrollIntoView({ block: "nearest" });
    }

    enter() {
      const question = this.question();
      if (!question.text) return;
      kb.recent.add(question.text);
      this.options.entered(question);
    }

    // --- searching --------------------------------------------------------------------------------------------

    /** Forget what is under way: its answer would come too late. */
    drop() {
      clearTimeout(this.timer);
      this.ticket++;
    }

    typed() {
      this.drop();
      this.busy(true);
      this.timer = setTimeout(() => {
        this.search();
        this.options.changed(this.question());
      }, PAUSE);
    }

    /**
     * Ask for something that is not being typed.
     * @param {Question} question @param {Partial<Extent>} [before] how far its results were opened when they were left
     * @returns {Promise<boolean>} whether the answer is there and still what is asked for
     */
    async ask({ text, filters }, { shown, unfolded = {} } = {}) {
      this.field.value = text;
      this.filters = filters;
      if (!(await this.search(shown))) return false;
      const ticket = this.ticket;
      await Promise.all(Array.from(this.lists, ([name, list]) => unfolded[name] && list.unfold(unfolded[name])));
      return ticket === this.ticket;
    }

    /** How far the reader has opened the results, for who comes back. @returns {Extent} */
    extent() {
      const lists = [...this.lists];
      const shown = lists.reduce((sum, [, list]) => sum + list.count, 0);
      return { shown, unfolded: Object.fromEntries(lists.map(([name, list]) => [name, list.unfolded()])) };
    }

    /** A choice of the reader's: a filter, an example. @param {Question} question */
    choose(question) {
      this.ask(question);
      this.options.settled(question);
    }

    async search(shown = FIRST) {
      this.drop();
      this.busy(true);
      const ticket = this.ticket;
      const question = this.question();
      if (!question.text) return this.showStart();
      const slow = setTimeout(() => ticket === this.ticket && this.showWaiting(), PATIENCE);
      try {
        const { index, answer } = await this.answer(question, { limit: Math.max(FIRST, shown) });
        clearTimeout(slow);
        if (ticket !== this.ticket) return;
        this.show(index, question, answer, []);
        // Latin letters that stand in the texts are meant as they are.
        const found = answer.exact.total ? [] : await suggested(index, question.text);
        if (ticket === this.ticket && found.length) this.show(index, question, answer, found);
        return ticket === this.ticket;
      } catch (error) {
        if (ticket === this.ticket) this.showFailure();
      } finally {
        clearTimeout(slow);
      }
    }

    /** The index and its answer; an index that has become out of date is opened anew, once. @param {Question} question @param {any} options */
    async answer(question, options) {
      try {
        const index = await kb.index();
        return { index, answer: await ask(index, question, options) };
      } catch {
        const index = await kb.index(true);
        return { index, answer: await ask(index, question, options) };
      }
    }

    /** Whether what is shown is about to change. @param {boolean} busy */
    busy(busy) {
      this.body.setAttribute("aria-busy", String(busy));
    }

    /** @param {string} text */
    say(text) {
      this.status.textContent = text;
    }

    // --- showing ----------------------------------------------------------------------------------------------

    /** @param {...(Node | null | false)} parts */
    fill(...parts) {
      const facet = document.activeElement instanceof HTMLElement && document.activeElement.dataset.kbFacet;
      const inside = this.body.contains(document.activeElement);
      this.body.replaceChildren(...parts.filter(Boolean));
      this.body.scrollTop = 0;
      this.busy(false);
      if (!inside) return;
      const same = facet && this.body.querySelector(`[data-kb-facet="${facet}"]`);
      (same || this.field).focus(); // the element that had the focus is gone
    }

    showStart() {
      const ask = (/** @type {string} */ text) => {
        kb.recent.add(text);
        this.choose({ text, filters: {} });
        this.field.focus();
      };
      this.fill(kb.start(ask, () => this.showStart()));
      this.say("");
    }

    /** Results of an earlier question stay until the new ones are there. */
    showWaiting() {
      this.say("正在查找…");
      if (!this.body.querySelector(".kb-group")) this.fill(make("p", { class: "kb-waiting" }, "正在查找…"));
      this.busy(true);
    }

    showFailure() {
      this.fill(kb.failure(() => this.search()));
      this.say("搜索没有载入");
    }

    /** @param {any} index @param {Question} question @param {any} whole the answer @param {any[]} found by pinyin */
    show(index, question, whole, found) {
      this.lists = new Map();
      // Who types pinyin does not mean its syllables as words of Latin letters (`ren kou hong li`).
      const isPinyin = found.length > 0 && !whole.exact.total;
      const answer = isPinyin ? { ...whole, related: { ...whole.related, hits: [], total: 0 }, facets: { theme: [], source: [], year: [] } } : whole;
      const { query, exact, related, cards, facets } = answer;
      const choose = (/** @type {string} */ name, /** @type {string} */ value) =>
        this.choose({ text: this.question().text, filters: kb.withFilter(this.filters, name, value) });
      this.fill(
        found.length > 0 && kb.suggestions(found, (text) => this.choose({ text, filters: {} })),
        kb.filters(facets, question.filters, index, choose, exact.total > 1),
        cards.length > 0 && kb.cards(cards, index),
        exact.total > 0 && this.group(index, question, "exact", answer),
        related.hits.length > 0 && this.group(index, question, "related", answer),
        !exact.total && !related.total && !found.length && this.nothing(question, query),
        exact.total + related.total > 0 && this.options.below(question),
      );
      this.say(spoken(answer, found, this.unfiltered(question) !== null));
    }

    /** A way to the same question without filters; null where none is set. The order leaves nothing out, and stays. @param {Question} question */
    unfiltered({ text, filters: { order, ...narrowing } }) {
      return Object.keys(narrowing).length ? () => this.choose({ text, filters: order ? { order } : {} }) : null;
    }

    /** @param {Question} question @param {{terms: string[], excluded: string[]}} query */
    nothing(question, { terms, excluded }) {
      const { text } = question, unfiltered = this.unfiltered(question);
      const bare = [...terms, ...excluded.map((term) => `-${term}`)].join(" ");
      const unquoted = /["＂“”「」『』]/.test(text) && terms.length > 0 ? () => this.choose({ text: bare, filters: {} }) : null;
      return unfiltered ? kb.nothingHere(terms, unfiltered) : kb.nothing(terms, excluded, unquoted);
    }

    /**
     * A group of hits under its title.
     * @param {any} index @param {Question} question @param {"exact" | "related"} name @param {any} answer
     */
    group(index, question, name, answer) {
      const { exact, query } = answer, { hits, listed } = answer[name];
      const [terms, title, before] = name === "exact" ? [query.terms, kb.exactTitle, 0] : [answer.related.terms, kb.relatedTitle, exact.listed];
      const rest = async (/** @type {number} */ group) => {
        const filters = { ...question.filters, group };
        return (await ask(index, { ...question, filters }, { limit: ALL, perArticle: Infinity }))[name].hits;
      };
      const list = new kb.HitList({ index, terms, rest }, this.options.most);
      list.add(hits);
      this.lists.set(name, list);
      const section = make("section", { class: `kb-group kb-group-${name}` }, title(answer, index, this.unfiltered(question)), list.element);
      if (this.options.more && listed > hits.length) section.append(this.moreButton(index, question, name, list, before));
      return section;
    }

    /** @param {any} index @param {Question} question @param {"exact" | "related"} name @param {any} list @param {number} before hits of the other group */
    moreButton(index, question, name, list, before) {
      const more = button("kb-wide", "加载更多", async () => {
        more.disabled = true;
        try {
          const { listed, hits } = (await ask(index, question, { limit: MORE, offset: before + list.count }))[name];
          // Some belong to articles further up: what the reader has before the eyes stays where it is.
          const top = more.getBoundingClientRect().top;
          const old = list.element.childElementCount;
          list.add(hits);
          const next = list.element.children[old];
          scrollBy({ top: (next ?? more).getBoundingClientRect().top - top, behavior: "instant" });
          const stops = list.element.querySelectorAll("[data-kb-stop]");
          const goal = next?.querySelector("[data-kb-stop]") ?? stops[stops.length - 1];
          goal?.focus({ preventScroll: true });
          this.say(`又载入 ${hits.length} ${kb.unit({ total: 0, hits })}`);
          if (list.count >= listed || !hits.length) return more.remove();
          more.textContent = "加载更多";
        } catch {
          more.textContent = "没有载入，再试一次";
        }
        more.disabled = false;
      });
      return more;
    }
  }

  /** Filters with one of them set, or with "" taken off. */
  kb.withFilter = (/** @type {Record<string, string>} */ filters, /** @type {string} */ name, /** @type {string} */ value) => {
    const { [name]: _, ...others } = filters;
    return value ? { ...others, [name]: value } : others;
  };

  // --- the dialog ---------------------------------------------------------------------------------------------

  /** @type {View | undefined} */
  let inDialog;

  const dialogFoot = (/** @type {Question} */ { text, filters }) =>
    make("p", { class: "kb-foot" }, make("a", { href: kb.searchAddress(text, filters), "data-kb-stop": true }, "查看全部结果"));

  /** Make a dialog of the shell that `open.js` put up, and search for what has been typed by now. */
  kb.showDialog = async (/** @type {HTMLDialogElement} */ dialog, /** @type {any} */ asked) => {
    const view = (inDialog ??= dressDialog(dialog));
    if (!asked) return view.search();
    if (await view.ask(asked, asked)) view.body.scrollTop = asked.top;
  };

  /** @param {HTMLDialogElement} dialog */
  function dressDialog(dialog) {
    const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
    const nothing = () => {};
    const entered = (/** @type {Question} */ { text, filters }) => {
      dialog.close();
      location.assign(kb.searchAddress(text, filters));
    };
    const view = new View(dialog, form, { most: ARTICLES, more: false, changed: nothing, settled: nothing, entered, below: dialogFoot });
    form.append(button("kb-close", "关闭", () => dialog.close()));
    dialog.append(make("p", { class: "kb-keys", "aria-hidden": "true" }, ...["↑ ↓ 选择", "回车 打开", "Esc 关闭"].map((text) => make("span", {}, text))));
    dialog.addEventListener("cancel", (event) => view.composing && event.preventDefault());
    let pressed = null; // text selected by dragging out of the field is no click beside the dialog
    dialog.addEventListener("pointerdown", (event) => (pressed = event.target));
    dialog.addEventListener("click", (event) => {
      const aside = event.target === dialog && pressed === dialog; // the dialog's own box is covered by its content
      const link = event.target instanceof Element && event.target.closest("a[href]");
      const stays = modified(event);
      if (link && !stays) note({ ...history.state, ask: { ...view.question(), ...view.extent(), top: view.body.scrollTop } });
      if (aside || (link && !stays)) dialog.close();
    });
    return view;
  }

  // --- the page -----------------------------------------------------------------------------------------------

  /** The page `search/`: its address holds the question. @param {HTMLElement} host */
  kb.showPage = (host) => {
    const name = document.title;
    const title = document.querySelector("h1");
    const form = make("form", {}, make("input", { name: "q" }));
    const show = (/** @type {Question} */ { text }) => void (document.title = text ? `${text} - ${name}` : name);
    const address = new Address(() => keep());
    const settle = (/** @type {Question} */ question) => {
      show(question);
      address.write(question, false);
    };
    const changed = (/** @type {Question} */ question) => {
      show(question);
      address.write(question, true);
    };
    const entered = (/** @type {Question} */ question) => {
      settle(question);
      view.search();
    };
    title?.classList.add("kb-hidden");
    host.replaceChildren(form);
    const view = new View(host, form, { most: Infinity, more: true, changed, settled: settle, entered, below: () => null });
    const restore = async () => {
      const question = kb.readAddress(location.search), before = history.state ?? {}, { top } = before;
      show(question);
      if ((await view.ask(question, before)) && top) scrollTo({ top, behavior: "instant" });
    };
    // Who comes back finds as many results as had been loaded, and the same place.
    const keep = () => note({ ...history.state, ...view.extent(), top: scrollY });
    view.body.addEventListener("click", (event) => {
      const link = event.target instanceof Element && event.target.closest("a[href]");
      if (link && !modified(event)) keep();
    });
    addEventListener("popstate", () => {
      address.restored();
      restore();
    });
    kb.focusPage = () => {
      view.field.select();
      scrollTo(0, 0);
      return true;
    };
    restore();
    if (!view.field.value) view.field.focus();
  };

  /**
   * The address while the reader types and chooses. What was settled keeps its entry in the history; typing has one of
   * its own, which becomes that of what is settled next.
   */
  class Address {
    /** @param {() => void} keep writes down what is to be found on coming back to the entry that is left */
    constructor(keep) {
      this.keep = keep;
      this.restored();
    }

    /** @param {Question} question @param {boolean} drafting whether the reader is still typing */
    write({ text, filters }, drafting) {
      const wanted = kb.searchAddress(text, filters);
      if (wanted !== this.current) {
        this.keep();
        note(null, wanted, this.drafting ? "replaceState" : "pushState");
      }
      this.drafting = drafting && (this.drafting || wanted !== this.current);
      this.current = wanted;
    }

    /** The browser has gone to another entry. */
    restored() {
      const { text, filters } = kb.readAddress(location.search);
      this.current = kb.searchAddress(text, filters);
      this.drafting = false;
    }
  }
})();
