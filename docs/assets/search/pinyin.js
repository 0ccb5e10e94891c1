/** Titles by pinyin, for readers who type Latin letters. Loaded by the engine when they do. */
"use strict";
(function () {
  const MOST = 8;

  /** The first syllable from which on the letters are beginnings of syllables; -1 if there is none. */
  function spelt(/** @type {string[]} */ syllables, /** @type {string} */ letters) {
    const begins = (/** @type {string} */ syllable, /** @type {string} */ rest) =>
      Array.from(syllable, (_, n) => syllable.slice(0, n + 1)).filter((start) => rest.startsWith(start));
    const fits = (/** @type {number} */ i, /** @type {string} */ rest) =>
      !rest || (i < syllables.length && begins(syllables[i], rest).some((start) => fits(i + 1, rest.slice(start.length))));
    return syllables.findIndex((_, i) => fits(i, letters));
  }

  /**
   * Whole syllables, or the beginning of each: `gongchang`, `gc`, `gchang`. Titles that begin so come first.
   * @param {string} lines as the index has them @param {string} letters
   * @returns {{kind: string, title: string, url: string}[]}
   */
  globalThis.kbSearch.suggest = (lines, letters) => {
    const [first, ...titles] = lines.split("\n"), all = first.split(" ");
    const found = titles.flatMap((line) => {
      const [kind, url, title, numbers] = line.split("\x1f");
      const at = spelt(Array.from(numbers, (char) => all[char.charCodeAt(0) - 0x3400]), letters);
      return at < 0 ? [] : [{ at: Math.min(at, 1), one: { kind, title, url } }];
    });
    return found.sort((a, b) => a.at - b.at).slice(0, MOST).map(({ one }) => one);
  };
})();
