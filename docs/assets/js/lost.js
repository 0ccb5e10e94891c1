/**
 * The page for wrong addresses: offers to search for the words of the address. A classic script.
 */
"use strict";
(function () {
  const FOLDERS = new Set(["articles", "themes", "topics", "sources", "years", "search", "index", "html", "htm", "md", "php", "p", "www", "404"]);

  /**
   * The words of an address: decoded, split at what separates words, without folders, numbers and ids.
   * @param {string} path
   * @returns {string[]}
   */
  function wordsOf(path) {
    const parts = path.split(/[/\-_.+~,;:!]|%20/);
    const words = parts.flatMap((part) => decoded(part).split(/[\s/\-_.+~]+/u)).map((word) => word.trim());
    const kept = words.filter((word) => word && !FOLDERS.has(word.toLowerCase()) && !isId(word));
    return [...new Set(kept)].slice(0, 8).map((word) => word.slice(0, 30));
  }

  /** @param {string} part */
  function decoded(part) {
    try {
      return decodeURIComponent(part);
    } catch {
      return part.replace(/%[0-9a-f]{0,2}/gi, "");
    }
  }

  /** Dates, hashes and single letters mean nothing to search; four digits may be a year or 1688. @param {string} word */
  function isId(word) {
    return /^\d{5,}$/.test(word) || /^[\da-z]$/i.test(word) || (/^[0-9a-f]{6,}$/i.test(word) && /\d/.test(word));
  }

  const place = document.querySelector(".kb-lost");
  if (!(place instanceof HTMLElement)) return;
  // A site may lie in a folder of its host: its name is no word of the address. Search lies right below it.
  const root = new URL("..", new URL(place.dataset.search ?? "", location.href)).pathname;
  const path = location.pathname;
  const words = wordsOf(path.startsWith(root) ? path.slice(root.length) : path);
  if (!words.length) return;
  const query = words.join(" ");
  place.append(globalThis.kbPage.make("a", { href: `${place.dataset.search}?q=${encodeURIComponent(query)}` }, `搜索“${query}”`), "，这是地址里的词");
  place.hidden = false;
})();
