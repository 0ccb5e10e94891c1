/** Titles by pinyin, for readers who type Latin letters. Loaded by the engine when they do. */
"use strict";
(function () {
  const MOST = 8;

  /** The first syllables, from and to, of which the letters are beginnings; nothing if there are none. */
  function spelt(/** @type {string[]} */ syllables, /** @type {string} */ letters) {
    const begins = (/** @type {string} */ syllable, /** @type {string} */ rest) =>
      Array.from(syllable, (_, n) => syllable.slice(0, n + 1)).filter((start) => rest.startsWith(start));
    /** @returns {number} the syllable after the last one, or 0 */
    const end = (/** @type {number} */ i, /** @type {string} */ rest) => {
      if (!rest) return i;
      for (const start of i < syllables.length ? begins(syllables[i], rest) : []) {
        const found = end(i + 1, rest.slice(start.length));
        if (found) return found;
      }
      return 0;
    };
    for (let i = 0; i < syllables.length; i++) {
      const to = end(i, letters);
      if (to) return [i, to];
    }
  }

  /** What of a title the syllables `from` to `to` are, where each is a Chinese character and spelt out, or none is. */
  function written(/** @type {string} */ letters, /** @type {string} */ title, /** @type {string[]} */ syllables, /** @type {number} */ from, /** @type {number} */ to) {
    const spelt = syllables.slice(from, to), initials = spelt.map((syllable) => syllable.match(/^[zcs]h|^./)?.[0]);
    if (![spelt, initials, spelt.map((syllable) => syllable[0])].some((parts) => parts.join("") === letters)) return "";
    const parts = title.match(/[a-z0-9]+|\p{Script=Han}/giu) ?? [];
    const text = parts.slice(from, to).join("");
    return parts.length === syllables.length && /^\p{Script=Han}+$/u.test(text) ? text : "";
  }

  /**
   * Whole syllables, or the beginning of each: `gongchang`, `gc`, `gchang`. Titles that begin so come first.
   * @param {any} index @param {string} typed nothing is found for what is not of Latin letters alone
   * @returns {Promise<{kind: string, title: string, url: string, text: string}[]>} `text`: the characters that the letters spell
   */
  globalThis.kbSearch.suggest = async (index, typed) => {
    const letters = typed.toLowerCase().replace(/[\s']/g, "");
    if (!/^[a-z]{2,}$/.test(letters)) return [];
    const [first, ...titles] = (await index.extra("pinyin")).split("\n"), all = first.split(" ");
    let kind = "", url = "";
    const found = titles.flatMap((line) => {
      const [newKind, newUrl, title, numbers] = line.split("\x1f");
      if (newUrl) [kind, url] = [newKind, newUrl]; // else those of the line above
      const syllables = Array.from(numbers, (char) => all[char.charCodeAt(0) - 0x3400]);
      const at = spelt(syllables, letters);
      const [page, place = ""] = url.split(/(?=#)/);
      return at ? [{ at: Math.min(at[0], 1), one: { kind, title, url: page + index.inside + place, text: written(letters, title, syllables, at[0], at[1]) } }] : [];
    });
    const sorted = found.sort((a, b) => a.at - b.at).map(({ one }) => one), urls = new Set();
    return sorted.filter(({ url }) => !urls.has(url) && urls.add(url)).slice(0, MOST); // some are said in two ways
  };
})();
