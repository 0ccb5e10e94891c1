/** What a search found, as elements. Nothing here searches or remembers: data in, elements out. */
"use strict";
(function () {
  const kb = (globalThis.kbSearch ??= {});
  const { root, make, button, modified } = globalThis.kbPage;
  const { quoted } = kb;
  const THEMES = 8; // of an article, as on its page
  const WORDS = 3; // that stood in for the query's and are named
  kb.SHOWN = 3; // passages of one article before the reader asks for the others
  const KINDS = { theme: "主题", topic: "词条", article: "文章", page: "页面" };

  /** @typedef {{id: string, url: string, title: string, heading: string, author: string, by: string, date: string, note: string, source: string, themes: string[], snippet: string, kind: string, repeats: string, group: number, inArticle: number}} Hit */
  /** @typedef {{index: any, terms: string[], rest: (group: number) => Promise<Hit[]>}} Setting what every hit needs to be shown: names, the words to mark, a way to all hits of an article */

  /** A text with what was looked for marked in it. @param {string} text @param {Setting} setting @returns {(string | Node)[]} */
  function withMarks(text, { index, terms }) {
    let at = 0;
    const parts = index.locate(text, terms).flatMap((/** @type {[number, number]} */ [low, high]) => {
      const before = text.slice(at, low);
      at = high;
      return [before, make("mark", {}, text.slice(low, high))];
    });
    return [...parts, text.slice(at)];
  }

  /** The main link of a result: the arrow keys go from one to the next. @param {string} href @param {string} text @param {Setting} setting */
  const mainLink = (href, text, setting) => make("a", { href, "data-kb-stop": true }, ...withMarks(text, setting));

  // --- one hit ------------------------------------------------------------------------------------------------

  /** Parts of a line, each set off from the one before. @param {(string | (string | Node)[])[]} parts */
  const line = (parts) => make("p", { class: "kb-result-meta" }, ...parts.filter(Boolean).map((part) => make("span", {}, ...[part].flat())));

  /** Where an article is from: its authors with what was looked for marked, the day. @param {Hit} hit @param {Setting} setting */
  const origin = ({ by, date, note }, setting) => [by && withMarks(by, setting), date, note];

  /** @param {string[]} slugs @param {any} index */
  function chips(slugs, index) {
    const links = slugs
      .filter((slug) => index.themes[slug])
      .slice(0, THEMES)
      .map((slug) => {
        const { name, family } = index.themes[slug];
        return make("a", { href: kb.address(`themes/${slug}/`), class: `kb-chip kb-family-${family}` }, name);
      });
    return links.length ? make("p", { class: "kb-result-chips" }, ...links) : null;
  }

  /** A hit. Below its article's title it need not name the article. @param {Hit} hit @param {Setting} setting @param {boolean} alone */
  function result(hit, setting, alone) {
    const { index, terms } = setting;
    const author = hit.author === hit.by ? "" : hit.author; // who wrote this and not all of the article
    const name = hit.heading || author || (alone ? hit.title : "文中一段");
    const kind = hit.kind === "passage" || hit.kind === "article" ? "" : KINDS[hit.kind];
    const meta = alone && [kind, index.sources[hit.source], name === hit.title ? "" : hit.title, ...origin(hit, setting)];
    // What is marked here is marked there, whatever else was looked for.
    const text = kb.snippetNodes(hit.snippet);
    const marked = text.flatMap((node) => (node instanceof Element ? [node.textContent ?? ""] : []));
    const link = mainLink(kb.markedAddress(hit.url, [...new Set([...marked, ...terms])]), name, setting);
    return make(
      "div",
      { class: "kb-result", "data-kb-hit": hit.id },
      make(alone ? "h3" : "h4", {}, link),
      meta && meta.some(Boolean) && line(meta),
      hit.snippet && make("p", { class: "kb-result-text" }, ...text),
      chips(hit.themes, index),
    );
  }

  // --- the hits of one article --------------------------------------------------------------------------------

  /**
   * The head of an article with several hits; carries the hit on the title, if there is one, and how the article begins
   * where none of its passages is shown.
   * @param {Hit[]} hits @param {Setting} setting
   */
  function articleHead(hits, setting) {
    const { index, terms } = setting;
    const own = hits.find((hit) => !hit.id.includes("#"));
    const shown = own ?? hits[0], { id, url, title, source } = shown;
    const link = mainLink(kb.markedAddress(url.split("#")[0], terms), title, setting);
    const attributes = { class: "kb-found-head", "data-kb-hit": own && id };
    const begins = own && hits.length === 1 && own.snippet && make("p", { class: "kb-result-text" }, ...kb.snippetNodes(own.snippet));
    return make("div", attributes, make("h3", {}, link), line([index.sources[source], ...origin(shown, setting)]), begins);
  }

  const articleOf = (/** @type {Hit} */ hit) => hit.id.split("#")[0];

  /** What is shown of an article, and what only repeats it; where nothing but that was found, the first of it is shown. @param {Found} found */
  function apart({ hits, copies }) {
    if (hits.length) return [hits, copies];
    const first = articleOf(copies[0]);
    return [copies.filter((hit) => articleOf(hit) === first), copies.filter((hit) => articleOf(hit) !== first)];
  }

  /** Hits that say the same as others, folded away. @param {Found} found @param {Hit[]} copies @param {Setting} setting */
  function sameContent(found, copies, setting) {
    const rest = make("div", { class: "kb-found-rest", hidden: !found.opened }, ...copies.map((hit) => result(hit, setting, true)));
    const places = new Set(copies.map(articleOf)).size;
    const more = button("kb-rest-button", `另有 ${places} 处相同内容`, () => {
      found.opened = true;
      rest.hidden = false;
      more.remove();
      rest.querySelector("a").focus();
    });
    return found.opened ? [rest] : [more, rest];
  }

  /**
   * An article's hits under its title, best first; those that repeat them are folded away.
   * @param {Found} found @param {Setting} setting
   */
  function article(found, setting) {
    const [hits, copies] = apart(found);
    const same = copies.length ? sameContent(found, copies, setting) : [];
    if (hits.length === 1 && hits[0].inArticle === 1) return make("div", { class: "kb-found" }, result(hits[0], setting, true), ...same);
    const passages = hits.filter((hit) => hit.id.includes("#")).map((hit) => result(hit, setting, false));
    const more = hits[0].inArticle > hits.length ? [restButton(found, hits, setting)] : [];
    return make("div", { class: "kb-found kb-found-many" }, articleHead(hits, setting), ...passages, ...more, ...same);
  }

  /** All passages of an article. @param {Found} found @param {Setting} setting */
  async function complete(found, setting) {
    const [{ group }] = apart(found)[0];
    const all = await setting.rest(group);
    const [hits] = apart(found); // more may have come in the meantime
    const known = new Set(hits.map((hit) => hit.id));
    found.hits = [...hits, ...all.filter((hit) => !known.has(hit.id))];
    found.whole = true;
    found.show();
  }

  /** Brings the other passages of an article. @param {Found} found @param {Hit[]} hits @param {Setting} setting */
  function restButton(found, hits, setting) {
    const more = button("kb-rest-button", `本文还有 ${hits[0].inArticle - hits.length} 段`, async () => {
      more.disabled = true;
      try {
        const shown = found.element?.querySelectorAll("[data-kb-stop]").length ?? 0;
        await complete(found, setting);
        found.element?.querySelectorAll("[data-kb-stop]")[shown]?.focus();
      } catch {
        more.textContent = "没有载入，再试一次";
        more.disabled = false;
      }
    });
    return more;
  }

  /** @typedef {{hits: Hit[], copies: Hit[], element: Element | null, whole: boolean, opened: boolean, show: () => void}} Found an article with its hits and those that repeat it; `whole`: the reader asked for all its hits, `opened`: … for what repeats it */
  /** @typedef {{whole: string[], opened: string[]}} Unfolded ids of the articles of which that is so */

  /** A list of hits, article by article in the order of their best hit; more can be added. */
  kb.HitList = class {
    /** @param {Setting} setting @param {number} most articles to show */
    constructor(setting, most) {
      this.setting = setting;
      this.most = most;
      this.element = make("div", { class: "kb-hits" });
      /** @type {Map<string, Found>} */
      this.articles = new Map();
      this.count = 0;
    }

    /** @param {Hit[]} hits */
    add(hits) {
      this.count += hits.length;
      for (const found of new Set(hits.map((hit) => this.take(hit)))) this.show(found);
    }

    /** What the reader has unfolded. @returns {Unfolded} */
    unfolded() {
      const those = (/** @type {"whole" | "opened"} */ how) => Array.from(this.articles).filter(([, found]) => found[how]).map(([id]) => id);
      return { whole: those("whole"), opened: those("opened") };
    }

    /** Unfold that again; what is no longer there, or does not come, stays as it is. @param {Unfolded} unfolded */
    async unfold({ whole, opened }) {
      const known = (/** @type {string[]} */ ids) => ids.flatMap((id) => this.articles.get(id) ?? []);
      for (const found of known(opened)) {
        found.opened = true;
        found.show();
      }
      await Promise.allSettled(known(whole).map((found) => complete(found, this.setting)));
    }

    /** @param {Hit} hit */
    take(hit) {
      const id = hit.repeats ? hit.repeats.split("#")[0] : articleOf(hit);
      const known = this.articles.get(id);
      const found = known ?? { hits: [], copies: [], element: null, whole: false, opened: false, show: () => this.show(found) };
      this.articles.set(id, found);
      const list = hit.repeats ? found.copies : found.hits;
      if (list.every((known) => known.id !== hit.id)) list.push(hit); // it may have come with all of its article
      return found;
    }

    /** @param {Found} found */
    show(found) {
      if (!found.element && this.element.childElementCount >= this.most) return;
      const fresh = article(found, this.setting);
      if (found.element) found.element.replaceWith(fresh);
      else this.element.append(fresh);
      found.element = fresh;
    }
  };

  // --- around the hits ----------------------------------------------------------------------------------------

  /** A number that says how many a group holds. @param {string} group @param {number} total */
  const number = (group, total) => make("span", { "data-kb-total": String(total), "data-kb-group": group }, String(total));

  /** What a passage must hold, in words. @param {{terms: string[], excluded: string[]}} query */
  const asked = ({ terms, excluded }) =>
    (terms.length > 1 ? "同时出现" : "完整出现") + quoted(terms) + (excluded.length ? `、不含${quoted(excluded)}` : "");

  /** How the exact group is named. @param {any} answer */
  kb.exactTitle = ({ query, exact }) => {
    const how = `${asked(query)}的 `;
    const where = [exact.byTitle > exact.byAuthor && "题目", exact.byAuthor && "作者名"].filter(Boolean).join("或");
    const title = where && `，其中 ${exact.byTitle} ${kb.unit(exact)}有的词只在${where}里`;
    const which = exact.pages < exact.total ? `其中 ${exact.pages} 条是` : exact.total > 1 ? "都是" : "是";
    const own = exact.pages ? `，${which}本站的说明文字` : "";
    return make("h2", { class: "kb-group-title" }, how, number("exact", exact.total), ` ${kb.unit(exact)}${title}${own}`);
  };

  /** Words that were looked for; of many only the first, a sentence must stay one. @param {string[]} terms */
  const few = (terms) => quoted(terms.slice(0, WORDS)) + (terms.length > WORDS ? "等词" : "");

  /** A way back to all there is. @param {() => void} removeFilters */
  const filtersOff = (removeFilters) => button("kb-wide", "去掉全部筛选", removeFilters);

  /**
   * How the related group is named, and how it was looked for.
   * @param {any} answer @param {any} index @param {(() => void) | null} removeFilters null where none is set
   */
  kb.relatedTitle = ({ query, exact, related }, index, removeFilters) => {
    // 臺灣 and 台湾 are the same to the engine, which answers in its own spelling; a word shall not be named twice.
    const typed = new Set(query.terms.map((/** @type {string} */ term) => index.fold(term)));
    const looked = new Set(related.terms);
    // A single term stands nowhere here; of several each may, if not all stand together. Names with brackets nobody types.
    const own = exact.total || query.terms.length < 2 ? [] : query.terms.filter((/** @type {string} */ term) => looked.has(index.fold(term)));
    const others = [...own, ...related.terms.filter((/** @type {string} */ term) => !typed.has(term) && !term.includes("("))];
    const theme = related.themes.length ? `主题${quoted(related.themes)}` : "";
    const words = [others.length ? few(others) : "", theme].filter(Boolean).join("和");
    // What the filters hide may well hold the words.
    const here = removeFilters ? "在这些筛选条件下，" : "";
    const none = `${here}没有${asked(query)}，以下按${words || "意思相近"}查找，共 `;
    const sentence = exact.total ? `另按${words || "意思相近"}找到 ` : none;
    const nothing = exact.total ? {} : { "data-kb-total": "0", "data-kb-group": "exact" };
    return make(
      "div",
      { class: "kb-group-title" },
      make("h2", {}, "相关结果"),
      make("p", nothing, sentence, number("related", related.total), ` ${kb.unit(related)}`),
      related.near && make("p", {}, "是不是要找", make("a", { href: `${kb.address("search/")}?q=${encodeURIComponent(related.near)}` }, related.near), "？"),
      !exact.total && removeFilters && filtersOff(removeFilters),
    );
  };

  /** What there is to know: topics and themes of that name. @param {any[]} cards @param {any} index */
  kb.cards = (cards, index) =>
    make(
      "div",
      { class: "kb-cards" },
      ...cards.map((card) => {
        const slug = card.id.split("/").filter(Boolean).pop();
        const family = card.kind === "theme" && index.themes[slug]?.family;
        const name = make("span", { class: "kb-card-name" }, card.title);
        const about = card.description && make("span", { class: "kb-card-about" }, card.description);
        const attributes = { class: family ? `kb-card kb-family-${family}` : "kb-card", href: root + card.url, "data-kb-stop": true };
        return make("a", attributes, make("span", { class: "kb-card-kind" }, KINDS[card.kind]), name, about);
      }),
    );

  /** What pinyin spells most often among what was found, to look for: two characters or more. @param {{text: string}[]} found */
  const speltMost = (found) => {
    const texts = found.map(({ text }) => text).filter((text) => Array.from(text).length > 1);
    const times = (/** @type {string} */ text) => texts.filter((other) => other === text).length;
    return texts.reduce((best, text) => (times(text) > times(best) ? text : best), texts[0] ?? "");
  };

  /**
   * What pinyin may mean.
   * @param {{kind: string, title: string, url: string, text: string}[]} found @param {(text: string) => void} search
   */
  kb.suggestions = (found, search) => {
    const entry = (/** @type {string} */ href, /** @type {string} */ kind, /** @type {string} */ title) =>
      make("li", {}, make("a", { href, "data-kb-stop": true }, make("span", {}, kind), title));
    const entries = found.map(({ kind, title, url }) => entry(root + url, KINDS[kind], title));
    const text = speltMost(found);
    if (text) {
      const first = entry(kb.searchAddress(text, {}), "查找", text);
      first.addEventListener("click", (event) => {
        if (modified(event)) return;
        event.preventDefault();
        search(text);
      });
      entries.unshift(first);
    }
    return make("nav", { class: "kb-suggestions", "aria-label": "按拼音找到" }, make("ul", {}, ...entries));
  };

  /** @typedef {{value: string, label: string, count: number}} Facet */

  /** A member of a map that comes with the index, whatever an address asks for. @param {any} map @param {string} key */
  const own = (map, key) => (Object.prototype.hasOwnProperty.call(map, key ?? "") ? map[key] : undefined);

  /**
   * One filter: a list to choose from, and a button to take it off.
   * @param {string} name @param {string} label @param {Facet[]} facets @param {string} value what is set, or ""
   * @param {(name: string, value: string) => void} choose
   */
  function filter(name, label, facets, value, choose) {
    const options = facets.map((facet) => make("option", { value: facet.value }, `${facet.label}（${facet.count}）`));
    const select = make("select", { "aria-label": `按${label}筛选`, "data-kb-facet": name }, make("option", { value: "" }, label), ...options);
    select.value = value;
    select.addEventListener("change", () => choose(name, select.value));
    const chosen = value && facets.find((facet) => facet.value === value)?.label;
    const off = chosen && button("kb-filter-off", "×", () => choose(name, ""));
    if (off) off.setAttribute("aria-label", `去掉筛选：${chosen}`);
    return make("span", { class: `kb-filter${value ? " kb-filter-on" : ""}` }, select, off);
  }

  /** The order of the exact hits. @param {string} value @param {(name: string, value: string) => void} choose */
  function order(value, choose) {
    const options = Object.entries({ "": "按相关排序", newest: "最新的在前" }).map(([name, label]) => make("option", { value: name }, label));
    const select = make("select", { "aria-label": "排序", "data-kb-facet": "order" }, ...options);
    select.value = value === "newest" ? value : "";
    select.addEventListener("change", () => choose("order", select.value));
    return make("span", { class: "kb-filter" }, select);
  }

  /**
   * The row of filters; one that is set stays even when nothing is left under it.
   * @param {Record<string, Facet[]>} facets @param {Record<string, string>} set @param {any} index
   * @param {(name: string, value: string) => void} choose @param {boolean} ordered whether there is anything to order
   * @returns {Element | null}
   */
  kb.filters = (facets, set, index, choose, ordered) => {
    const named = { theme: own(index.themes, set.theme)?.name, source: own(index.sources, set.source), year: set.year && `${set.year} 年` };
    const row = [["theme", "主题"], ["source", "来源"], ["year", "年份"]].map(([name, label]) => {
      const list = facets[name] ?? [];
      const value = set[name] ?? "";
      const known = !value || list.some((facet) => facet.value === value);
      const whole = known ? list : [...list, { value, label: named[name] ?? value, count: 0 }];
      return whole.length ? filter(name, label, whole, value, choose) : null;
    });
    if (ordered) row.push(order(set.order ?? "", choose));
    return row.some(Boolean) ? make("div", { class: "kb-filters", role: "group", "aria-label": "筛选和排序" }, ...row) : null;
  };

  // --- instead of hits ----------------------------------------------------------------------------------------

  /** Where else to look. */
  const elsewhere = () => {
    const links = [["themes/", "主题"], ["topics/", "词条"], ["timeline/", "时间线"], ["articles/", "全部文章"]];
    return make("p", { class: "kb-elsewhere" }, ...links.map(([path, name]) => make("a", { href: kb.address(path), "data-kb-stop": true }, name)));
  };

  /** Before anything is typed. @param {(text: string) => void} ask @param {() => void} refresh */
  kb.start = (ask, refresh) => {
    const entry = (/** @type {string} */ text) => {
      const choice = button("kb-choice", text, () => ask(text));
      choice.setAttribute("data-kb-stop", "");
      return make("li", {}, choice);
    };
    const section = (/** @type {string} */ title, /** @type {string[]} */ texts, /** @type {any} */ extra) =>
      make("section", {}, make("h2", {}, title, extra), make("ul", {}, ...texts.map(entry)));
    const recent = kb.recent.all();
    const clear = () => {
      kb.recent.clear();
      refresh();
    };
    const examples = ["柔性制造", "卡脖子", "厂二代", "制造业利润太薄怎么升级"];
    return make("div", { class: "kb-start" }, recent.length > 0 && section("最近搜过", recent, button("kb-clear", "清除", clear)), section("试试这些", examples, null));
  };

  /** Nothing found. @param {string[]} terms @param {string[]} excluded @param {(() => void) | null} unquoted looks for the words without quotation marks */
  kb.nothing = (terms, excluded, unquoted) => {
    const tips = [
      terms.length > 1 ? "少写一个词，或者一次只查一个词" : "换一个更短、更常见的说法",
      excluded.length ? `去掉减号后面的词：${excluded.join("、")}` : "看看有没有写错的字",
    ];
    return make(
      "div",
      { class: "kb-nothing" },
      make("h2", { "data-kb-total": "0", "data-kb-group": "exact" }, terms.length ? `没有找到${quoted(terms)}` : "请写上要找的词"),
      unquoted && button("kb-wide", "去掉引号再找", unquoted),
      make("ul", {}, ...tips.map((tip) => make("li", {}, tip))),
      make("p", {}, "也可以从这里找："),
      elsewhere(),
    );
  };

  /** Nothing left under the filters. @param {string[]} terms @param {() => void} removeFilters */
  kb.nothingHere = (terms, removeFilters) =>
    make(
      "div",
      { class: "kb-nothing" },
      make("h2", { "data-kb-total": "0", "data-kb-group": "exact" }, `在这些筛选条件下，没有找到${quoted(terms)}`),
      filtersOff(removeFilters),
    );

  /** The index did not come. @param {() => void} again */
  kb.failure = (again) =>
    make(
      "div",
      { class: "kb-nothing" },
      make("h2", {}, "搜索没有载入"),
      make("p", {}, "可能是网络断了，或者网站刚刚更新过。"),
      button("kb-wide", "再试一次", again),
      make("p", {}, "也可以从这里找："),
      elsewhere(),
    );
})();
