/** The small things that the dialog and the page are made of: snippets, addresses, wording, memory. */
"use strict";
(function () {
  const kb = (globalThis.kbSearch ??= {});
  const { root, make } = globalThis.kbPage;

  const ENTITIES = { lt: "<", gt: ">", quot: '"', amp: "&", "#39": "'", "#x27": "'" };

  /** @param {string} html */
  const plain = (html) => html.replace(/&(lt|gt|quot|amp|#39|#x27);/g, (_, name) => ENTITIES[name]);

  /** A snippet's nodes: text and <mark>, and nothing else whatever it says. @param {string} html @returns {Node[]} */
  kb.snippetNodes = (html) =>
    html
      .split(/<mark>(.*?)<\/mark>/s)
      .map((part, i) => (i % 2 ? make("mark", {}, plain(part)) : document.createTextNode(plain(part))));

  // --- addresses ----------------------------------------------------------------------------------------------

  const FILTERS = ["theme", "source", "year", "order"];

  /** The address of the full page for a query. @param {string} text @param {Record<string, string>} filters */
  kb.searchAddress = (text, filters) => {
    const query = new URLSearchParams(text ? { q: text } : {});
    for (const name of FILTERS) if (filters[name]) query.set(name, filters[name]);
    const asked = query.toString();
    return kb.address("search/") + (asked && `?${asked}`);
  };

  /** What an address asks for. @param {string} search @returns {{text: string, filters: Record<string, string>}} */
  kb.readAddress = (search) => {
    const query = new URLSearchParams(search);
    const given = FILTERS.filter((name) => query.get(name));
    return { text: query.get("q") ?? "", filters: Object.fromEntries(given.map((name) => [name, query.get(name)])) };
  };

  const LONG = 40; // characters of a term that are repeated to the reader
  const MARKED = 12; // words that a page is asked to mark; an address should not grow without end

  /** A hit's address with the words to mark there. A term of several words is kept together by quotation marks. */
  kb.markedAddress = (/** @type {string} */ url, /** @type {string[]} */ terms) => {
    const [page, anchor] = url.split("#");
    const words = terms.slice(0, MARKED).map((term) => (/\s/.test(term) ? `"${term}"` : term)).join(" ");
    return root + page + (words && `?mark=${encodeURIComponent(words)}`) + (anchor ? `#${anchor}` : "");
  };

  // --- the index ----------------------------------------------------------------------------------------------

  /** @type {Promise<any> | undefined} */
  let opened;

  /** The index, opened once; a failure is forgotten, so that the reader can try again. */
  kb.index = (fresh = false) => {
    if (fresh) opened = undefined; // the site was renewed: what the browser keeps may be older than the files it reads
    opened ??= kb.run("engine.js" + (fresh ? `?${Date.now()}` : "")).then(() => kb.openIndex(root, { fresh }));
    opened.catch(() => (opened = undefined));
    return opened;
  };

  // --- wording ------------------------------------------------------------------------------------------------

  /** @param {string[]} terms */
  kb.quoted = (terms) =>
    terms.map((term) => (term.length > LONG ? `“${Array.from(term).slice(0, LONG).join("")}…”` : `“${term}”`)).join("");

  /**
   * What a group's hits are counted in: passages, unless there are others among them or some have not been seen yet.
   * @param {{total: number, hits: {kind: string}[]}} group
   */
  kb.unit = ({ total, hits }) => (total <= hits.length && hits.every((hit) => hit.kind === "passage") ? "段" : "条");

  // --- memory -------------------------------------------------------------------------------------------------

  const KEY = "kb-search-recent";
  const MOST = 8;

  // Storage may be switched off; then nothing is remembered.
  kb.recent = {
    /** @returns {string[]} latest first */
    all() {
      try {
        const known = JSON.parse(localStorage.getItem(KEY) ?? "[]");
        return known.filter((/** @type {any} */ text) => typeof text === "string").slice(0, MOST);
      } catch {
        return [];
      }
    },
    /** @param {string} text */
    add(text) {
      if (!text) return;
      const others = kb.recent.all().filter((/** @type {string} */ other) => other !== text);
      try {
        localStorage.setItem(KEY, JSON.stringify([text, ...others].slice(0, MOST)));
      } catch {}
    },
    clear() {
      try {
        localStorage.removeItem(KEY);
      } catch {}
    },
  };
})();
