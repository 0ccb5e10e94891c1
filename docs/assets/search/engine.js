/**
 * The search engine: exact hits from an index that is fetched in pieces. Knows nothing of the page it runs in.
 * A classic script, so that it also runs from file://. The README describes the files it reads. It begins with a byte
 * order mark, so that it is UTF-8 to any page that loads it, whatever that page is in.
 */
"use strict";
(function () {
  const kbSearch = (globalThis.kbSearch ??= {});
  const FORMAT = 5; // of the files it reads
  const KINDS = ["article", "theme", "topic", "page"];
  const FIRST_PAIR = 0x110000; // symbols below are code points
  const MOST_SPLIT = 4; // characters whose pairs are in more pieces than two to the fourth have lists
  const THIN = 10; // fewer exact hits than a first page holds
  const MOST_CARDS = 3;
  const BESIDE = 50; // characters of a record beside its text, as files of records are filled
  const K1 = 1.2, B = 0.15; // BM25; long answers are not worse ones
  const INVISIBLE = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\u{e0000}-\u{e007f}]/u;
  const CJK = /[\u2e80-\u303f\u3040-\u30ff\u3100-\u312f\u31a0-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]/;

  // --- files ---

  /** @type {Map<string, any>} what scripts have brought */
  const received = new Map();
  /** Each data file calls this. @param {string} name @param {any} data */
  kbSearch.receive = (name, data) => void received.set(name, data);

  /** Run a script of ours; where there is no page (a worker, Node) it is fetched. @param {string} url */
  kbSearch.load ??= async (url) => {
    if (typeof document === "undefined") {
      const bytes = await (await fetch(url)).arrayBuffer();
      const wide = new Uint8Array(bytes)[0] === 0xff; // the data files are UTF-16, the scripts UTF-8
      return void new Function(new TextDecoder(wide ? "utf-16le" : "utf-8").decode(bytes))();
    }
    await new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.onload = resolve;
      script.onerror = () => reject(new Error(`${url} cannot be loaded`));
      script.src = url;
      document.head.append(script);
      script.remove();
    });
  };

  /** @param {string} url @param {string} name */
  async function fetchData(url, name) {
    await kbSearch.load(url);
    const data = received.get(name);
    received.delete(name);
    if (data === undefined) throw new Error(`${url} is not what it should be`);
    return data;
  }

  /** Remember what an asynchronous function gave; a failure is forgotten, so that it can be tried again. */
  function remembered(make, most = Infinity) {
    const known = new Map();
    return (key) => {
      if (!known.has(key)) {
        if (known.size >= most) known.delete(known.keys().next().value);
        known.set(key, make(key).catch((error) => (known.delete(key), Promise.reject(error))));
      }
      return known.get(key);
    };
  }

  const sumOf = (/** @type {Iterable<number>} */ numbers) => Array.from(numbers).reduce((sum, one) => sum + one, 0);
  const count = (/** @type {any} */ value) => Math.max(0, Math.floor(+value || 0));
  const addTo = (/** @type {Map<any, number>} */ sums, key, /** @type {number} */ more) => sums.set(key, (sums.get(key) ?? 0) + more);

  // --- bits ---

  /** Reads numbers from a string of 15 bits a character, the first of them U+3400. */
  class Bits {
    constructor(text) {
      this.text = text;
      this.at = 0;
    }
    /** A number of `width` bits. */
    read(width) {
      let value = 0;
      while (width > 0) {
        const off = this.at % 15, take = Math.min(width, 15 - off);
        const unit = this.text.charCodeAt((this.at - off) / 15) - 0x3400;
        value = (value << take) | ((unit >> (15 - off - take)) & ((1 << take) - 1));
        this.at += take;
        width -= take;
      }
      return value;
    }
    /** How many zeros stand before the next one; skips both. */
    zeros() {
      for (let count = 0; ; ) {
        const off = this.at % 15;
        const rest = (this.text.charCodeAt((this.at - off) / 15) - 0x3400) & ((1 << (15 - off)) - 1);
        const lead = Math.clz32(rest) - 17 - off;
        if (rest) {
          this.at += lead + 1;
          return count + lead;
        }
        count += 15 - off;
        this.at += 15 - off;
      }
    }
    gamma() {
      const width = this.zeros();
      return (1 << width) | this.read(width);
    }
    rice(k) {
      return (this.zeros() << k) | this.read(k);
    }
    /** The exponential code of that name. */
    golomb(k) {
      return ((this.gamma() - 1) << k) + this.read(k) + 1;
    }
  }

  const digits = (/** @type {number} */ value) => 32 - Math.clz32(value);

  /** How wide a slot's room is: two binary digits and how many zeros follow. @param {number} code */
  const widthOf = (code) => {
    const exponent = Math.max((code >> 1) - 1, 0);
    return (code - 2 * exponent) << exponent;
  };

  /**
   * A function that reads one Huffman-coded symbol, and the characters by rank. A symbol is a character or a pair of
   * symbols. They stand by code length, then by number, of which only the steps are written.
   * @param {string} alphabet packed @param {number[]} counts codes by length @param {string} pairs in the same code
   */
  function symbolReader(alphabet, counts, pairs = "") {
    const steps = new Bits(alphabet);
    const symbols = counts.flatMap((count) => {
      let symbol = -1;
      return Array.from({ length: count }, () => (symbol += steps.golomb(4)));
    });
    const next = (/** @type {Bits} */ bits) => {
      let code = 0, first = 0, rank = 0, length = 0;
      do {
        code = (code << 1) | bits.read(1);
        first = (first + (counts[length] ?? 0)) << 1;
        rank += counts[length++] ?? 0;
      } while (code - first >= counts[length]);
      return rank + code - first;
    };
    const isChar = (/** @type {number} */ symbol) => symbol < FIRST_PAIR;
    const joined = [], parts = new Bits(pairs);
    const text = (/** @type {number} */ symbol) => (isChar(symbol) ? String.fromCodePoint(symbol) : joined[symbol - FIRST_PAIR]);
    for (let left = symbols.filter((symbol) => !isChar(symbol)).length; left > 0; left--) joined.push(text(symbols[next(parts)]) + text(symbols[next(parts)]));
    const texts = symbols.map(text);
    return { chars: texts.filter((_, rank) => isChar(symbols[rank])), read: (/** @type {Bits} */ bits) => texts[next(bits)] };
  }

  // --- folding ---

  /** Folds as the index was: NFKC, case, Traditional to Simplified, nothing invisible, no blank beside Chinese. */
  class Folder {
    constructor(folds) {
      this.special = new Map();
      this.add(folds);
    }
    add(folds) {
      const [pairs, ...rest] = folds.split("\x1f"), chars = Array.from(pairs);
      for (let i = 0; i < chars.length; i += 2) this.special.set(chars[i], chars[i + 1]);
      for (let i = 0; i < rest.length; i += 2) for (const char of rest[i + 1]) this.special.set(char, rest[i]);
    }
    char(char) {
      if (INVISIBLE.test(char)) return "";
      const known = this.special.get(char);
      if (known !== undefined) return known;
      return Array.from(char.normalize("NFKC").toLowerCase(), (part) => this.special.get(part) ?? part).join("");
    }
    /** @returns {{chars: string[], from: number[], to: number[]}} folded characters and the UTF-16 range each is from */
    fold(text) {
      const chars = [], from = [], to = [];
      let place = 0;
      for (const char of text) {
        for (const part of this.char(char)) {
          chars.push(part);
          from.push(place);
          to.push(place + char.length);
        }
        place += char.length;
      }
      const keep = chars.map((char, i) => char !== " " || !this.besideChinese(chars, i));
      const kept = (list) => list.filter((_, i) => keep[i]);
      return { chars: kept(chars), from: kept(from), to: kept(to) };
    }
    besideChinese(chars, i) {
      let low = i, high = i;
      while (chars[low] === " ") low--;
      while (chars[high] === " ") high++;
      return CJK.test(chars[low] ?? "") || CJK.test(chars[high] ?? "");
    }
  }

  // --- queries ---

  const QUOTES = { '"': '"', "＂": "＂", "“": "”", "「": "」", "『": "』" };

  /**
   * Terms stand between blanks; quotation marks join; a leading - excludes. Chinese marks that do not close at the end
   * of a term belong to it, as they stand in the texts too; a straight one that is never closed is left out.
   * @param {string} query @returns {{text: string, excluded: boolean, quoted: boolean}[]}
   */
  function parse(query) {
    const terms = [];
    let rest = Array.from(query).filter((char) => !INVISIBLE.test(char)).join("").trim();
    while (rest) {
      const excluded = /^[-－][^\s]/.test(rest);
      if (excluded) rest = rest.slice(1);
      const straight = QUOTES[rest[0]] === rest[0], end = rest.indexOf(QUOTES[rest[0]] ?? "\0", 1);
      const joined = end > 0 && (straight || /^(\s|$)/.test(rest.slice(end + 1)));
      if (straight && !joined) rest = rest.slice(1).trim();
      const text = joined ? rest.slice(1, end).trim().replace(/\s+/g, " ") : (rest.match(/^\S+/)?.[0] ?? "");
      if (text) terms.push({ text, excluded, quoted: joined });
      rest = rest.slice(joined ? end + 1 : text.length).trim();
    }
    return terms;
  }

  /** Where folded `terms` stand in `text`: UTF-16 ranges, ascending, the longest of those that overlap. */
  function locate(folder, text, terms) {
    const { chars, from, to } = folder.fold(text);
    const found = [];
    for (const term of terms) {
      for (let i = 0; i + term.length <= chars.length; i++) {
        if (term.every((char, j) => chars[i + j] === char)) found.push([from[i], to[i + term.length - 1], term]);
      }
    }
    found.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
    let end = 0;
    return found.filter(([low, high]) => low >= end && (end = high) > 0);
  }

  const escaped = (/** @type {string} */ text) =>
    text.replace(/[&<>"]/g, (char) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[char]);

  const LENGTH = 96; // characters of a snippet

  /** @typedef {{word: number, nearness: number}} StandsFor a word of the query; the word itself (3), one that means the same (2), a part (1) */

  /** Where to cut so that what is shown begins as a sentence, a clause or at least a word. */
  function cutBefore(text, best) {
    const from = Math.max(0, best - 25), before = text.slice(from, best);
    const sentence = before.match(/.*([。！？!?\n；]|\D\. )/s);
    const opened = (/** @type {number} */ at) => at + text.slice(at, best).match(/^[，。！？；：、…—”’」』》】）),;:!?\s]*/)[0].length;
    if (sentence) return opened(from + sentence[0].length);
    if (!from) return 0;
    const mark = before.search(/[，、：]|[,:](?!\d)/), particle = before.search(/[的了着]../s);
    let cut = mark >= 0 ? from + mark + 1 : particle >= 0 ? from + particle + 1 : best - 10;
    while (cut > from && /[a-z0-9]{2}/i.test(text.slice(cut - 1, cut + 1))) cut--;
    return opened(cut + (text.slice(cut, best).match(/^[^（(「『《【]*?[）)」』》】]/)?.[0].length ?? 0));
  }

  /** The window of `text` that shows most of the query's words, as HTML with <mark>. */
  function snippet(folder, text, terms) {
    const found = locate(folder, text, terms);
    let best = 0, most = 0;
    for (const [low] of found) {
      const inside = found.filter(([start, end]) => start === low || (start > low && end <= low + LENGTH - 16));
      const words = new Map(); // the query's words, each with how near to it the window comes
      for (const [, , { word, nearness }] of inside) words.set(word, Math.max(nearness, words.get(word) ?? 0));
      const worth = 2 * sumOf(words.values()) + new Set(inside.map((range) => range[2])).size + Math.min(inside.length, 3);
      if (worth > most) [best, most] = [low, worth];
    }
    let start = cutBefore(text, best);
    if (/[\udc00-\udfff]/.test(text[start] ?? "")) start--;
    let end = Math.min(text.length, start + LENGTH);
    if (/[\ud800-\udbff]/.test(text[end - 1] ?? "")) end--;
    let html = start ? "…" : "", at = start;
    for (const [low, whole] of found.filter(([low, high]) => low >= start && (high <= end || low === best))) {
      const high = Math.min(whole, end);
      html += `${escaped(text.slice(at, low))}<mark>${escaped(text.slice(low, high))}</mark>`;
      at = high;
    }
    return (html + escaped(text.slice(at, end)) + (end < text.length ? "…" : "")).replace(/([。！？；：，、」』）》])\n/g, "$1").replace(/\s+/g, " ");
  }

  const bestFirst = (/** @type {[number, number]} */ a, /** @type {[number, number]} */ b) => b[1] - a[1] || a[0] - b[0];

  // --- postings ---

  /** The places of `first` that have one of `second` `shift` characters after them. Both ascend. @param {number[]} first @param {number[]} second */
  function adjacent(first, second, shift) {
    const found = [];
    for (let i = 0, j = 0; i < first.length && j < second.length; ) {
      const gap = second[j] - first[i] - shift;
      if (!gap) found.push(first[i]);
      if (gap >= 0) i++;
      if (gap <= 0) j++;
    }
    return found;
  }

  // --- the same in other words ---

  // Chosen in the middle of a plateau of settings.
  const SYNONYM = 0.45, PART = 0.5, GENERAL = 0.6; // against 1 for a word of the vocabulary itself
  const THEME = 0.6, THEME_ALONE = 2; // factor and summand for a passage's themes
  const SURE = 0.5; // from which on a query means a theme
  const FAINT = 0.05; // share of the best score; less has hardly to do with the query
  const CHIT_CHAT = 0.8; // passages that say little
  const COVERAGE = 0.9; // how much it matters that many of the words are there

  const segmenter = globalThis.Intl?.Segmenter && new Intl.Segmenter("zh", { granularity: "word" });
  const cut = (/** @type {string} */ text) =>
    segmenter ? Array.from(segmenter.segment(text)).filter((s) => s.isWordLike).map((s) => s.segment) : (text.match(/[a-z0-9]+/g) ?? []).concat(Array.from(text, (_, i) => text.slice(i, i + 2)).filter((pair) => /^[\u3400-\u9fff]{2}$/.test(pair)));

  /** Words of folded text: the vocabulary's and long stop words, the longest first, the rest as the browser cuts it. */
  function wordsOf(text, index) {
    const isKnown = (/** @type {number} */ from, /** @type {number} */ to) => {
      const word = text.slice(from, to), isTorn = (at) => /[a-z]{2}/.test(text.slice(at && at - 1, at + 1)); // no ai in rencai
      return (index.words.has(word) || (word.length > 2 && index.stop.has(word))) && !isTorn(from) && !isTorn(to);
    };
    const words = [];
    let rest = "";
    for (let i = 0; i < text.length; ) {
      let length = Math.min(index.longest, text.length - i);
      while (length > 1 && !isKnown(i, i + length)) length--;
      if (length > 1) {
        words.push(...cut(rest), text.slice(i, i + length));
        rest = "";
      } else rest += text[i];
      i += Math.max(1, length);
    }
    words.push(...cut(rest));
    const telling = [...new Set(words)].filter((word) => word.length > 1 && !index.stop.has(word));
    return telling.length ? telling : [...new Set(words)];
  }

  /** Longer words by the words in them. */
  function partsOf(index, word) {
    if (word.length < 3 || !/^[\u3400-\u9fff]+$/.test(word)) return [];
    const parts = cut(word);
    const halves = parts.length > 1 ? parts : word.length === 4 ? [word.slice(0, 2), word.slice(2)] : [];
    return halves.filter((part) => part.length > 1 && !index.stop.has(part));
  }

  /** What may stand for a word: itself, its parts, and the concepts that it names. */
  async function featuresOf(index, word) {
    const one = async (text, weight) => {
      const units = await index.unitsOf(text);
      return { text, weight, units: units ?? new Map() };
    };
    const numbers = index.words.get(word) ?? [];
    const parts = partsOf(index, word);
    const [own, ...others] = await Promise.all([one(word, index.words.has(word) ? 1 : GENERAL), ...parts.map((part) => one(part, PART))]);
    const concepts = await Promise.all(numbers.map(async (number) => {
      const units = new Map(); // without the word itself, which has its own weight
      for (const [unit, [, times]] of await index.unitsWithConcept(number)) {
        const rest = times - (own.units.get(unit)?.[1] ?? 0);
        if (rest > 0) units.set(unit, [0, rest]);
      }
      return { text: "", number, weight: SYNONYM, units };
    }));
    return [own, ...others, ...concepts];
  }

  /**
   * Passages that speak of a query's subject without holding it word for word.
   * @param {any} index @param {string[]} terms as typed @param {boolean} found whether the terms themselves were
   * @returns {Promise<{scored: [number, number][], terms: Map<string, StandsFor>, themes: string[], near: string}>} units with scores,
   *   best first; what was looked for, the nearest to the query first; names of themes; of a slip the name that is meant
   */
  async function related(index, terms, found) {
    const all = index.units, text = terms.map((term) => index.fold(term)).join(" ");
    let words = wordsOf(text, index);
    const fallen = words.every((word) => word.length === 1), near = !found && index.nearName(text);
    if (near) words = [...new Set([near, ...(fallen ? [] : words)])];
    // A name that no dictionary knows falls into characters, which say nothing where the name itself was found.
    if (found && fallen) return { scored: [], terms: new Map(), themes: [], near: "" };
    const features = await Promise.all(words.map((word) => featuresOf(index, word)));
    const sure = index.themesOf(words);
    const sums = new Map(); // unit → the score of each word
    features.forEach((group, w) => {
      for (const { weight, units } of group) {
        const idf = index.idf(units.size);
        for (const [unit, [head, body]] of units) {
          const sum = sums.get(unit) ?? sums.set(unit, new Array(words.length).fill(0)).get(unit);
          sum[w] += index.bm25(unit, head + body, weight * idf);
        }
      }
    });
    // A passage mainly on a theme that the query surely means belongs here too, whatever words it uses.
    all.forEach(({ themes }, unit) => {
      if (themes.length && sure.get(themes[0]) >= SURE && !sums.has(unit)) sums.set(unit, new Array(words.length).fill(0));
    });
    const most = features.map((group) => Math.max(1, ...group.filter(({ units }) => units.size).map(({ units }) => index.idf(units.size))));
    const whole = sumOf(most);
    const scored = [];
    for (const [unit, sum] of sums) {
      if (!index.isPassage(unit)) continue;
      const covered = sumOf(sum.map((value, w) => Math.min(value, most[w]))) / whole;
      const theme = index.themeShare(unit, sure);
      const score = sumOf(sum) * covered ** COVERAGE * (1 + THEME * theme) + THEME_ALONE * theme;
      if (score > 0) scored.push([unit, all[unit].substantive ? score : score * CHIT_CHAT]);
    }
    scored.sort(bestFirst);
    const least = FAINT * (scored[0]?.[1] ?? 0);
    // Of a slip first what holds the word that was meant.
    if (near) scored.sort(([a], [b]) => Number(features[0][0].units.has(b)) - Number(features[0][0].units.has(a)));
    const themes = Array.from(sure).filter(([, share]) => share >= SURE).map(([number]) => index.numbered[number].name);
    return { scored: scored.filter(([, score]) => score >= least), terms: standIns(features, index), themes, near: near || "" };
  }

  /** What stands for the query's words and is found anywhere: the words themselves, what means the same, parts. */
  function standIns(features, index) {
    const found = new Map();
    const add = (nearness, textsOf) => features.forEach((group, word) => group.forEach((feature, place) => {
      if (feature.units.size) for (const text of textsOf(feature, place)) if (!found.has(text)) found.set(text, { word, nearness });
    }));
    add(3, ({ text }, place) => (place ? [] : [text]));
    add(2, ({ text, number }) => (text ? [] : index.concepts[number].filter((word) => word.length > 1)));
    add(1, ({ text }) => (text ? [text] : []));
    return found;
  }

  // --- the index ---

  class Index {
    constructor(root, facts) {
      if (facts.format !== FORMAT) throw new Error(`the index is of format ${facts.format}, the script reads ${FORMAT}`);
      this.root = root;
      this.facts = facts;
      const { chars, read } = symbolReader(facts.alphabet, facts.lengths, facts.pairs);
      this.read = read;
      this.ranks = new Map(chars.map((char, rank) => [char, rank + 1]));
      this.folder = new Folder(facts.folds);
      this.sources = Object.fromEntries(facts.sources);
      this.readVocabulary();
      this.readTable();
      this.shard = remembered((n) => this.openShard(String(n)), 400);
      this.conceptFile = remembered((n) => this.openConcepts(n), 400);
      this.records = remembered((n) => this.openRecords(n), 400);
      this.posting = remembered((key) => this.openPosting(key), 400);
      this.extra = remembered((name) => this.file(name));
      this.script = remembered((name) => kbSearch.load(`${root}assets/search/${name}.js`));
      this.inside = root.startsWith("file:") ? "index.html" : ""; // there is no server to find it
    }

    /** The facts of every unit. A group is an article or another page. */
    readTable() {
      const { facts } = this, bits = new Bits(facts.table);
      this.groups = [];
      this.group = new Int32Array(facts.units); // the number of each unit's group
      this.passages = 0; // of articles
      const kinds = [facts.articles, ...facts.pages].flatMap((count, kind) => new Array(count).fill(KINDS[kind]));
      let year = facts.newest, first = 0;
      kinds.forEach((kind, i) => {
        const isArticle = kind === "article", passages = bits.gamma() - 1;
        year -= bits.gamma() - 1;
        const source = bits.gamma() - 2;
        const dated = i < facts.articles - facts.undated;
        const title = isArticle && passages !== 1 ? first : -1; // the unit that is the article itself
        this.groups.push({ title, themes: new Map(), year: dated ? String(year) : "", source: facts.sources[source]?.[0] ?? "", kind });
        const end = first + passages + Number(!isArticle || title >= 0);
        this.group.fill(i, first, end);
        first = end;
        if (isArticle) this.passages += passages;
      });
      const width = Math.max(1, digits(facts.themes - 1));
      const heads = [], gathered = [];
      const columns = facts.columns.map(([alphabet, counts]) => symbolReader(alphabet, counts).read);
      this.units = Array.from({ length: facts.units }, (_, unit) => {
        const [symbol, body, head] = columns.map((read) => read(bits).codePointAt(0));
        const themes = symbol >> 6 ? [(symbol >> 6) - 1] : [];
        for (let left = ((symbol >> 3) & 7) - 1; left > 0; left--) themes.push(bits.read(width));
        for (const theme of themes) addTo(this.groupOf(unit).themes, this.numbered[theme].slug, 1);
        if (symbol & 1) gathered.push(unit);
        heads.push(widthOf(head));
        return { length: widthOf(body), substantive: symbol & 4, variant: symbol & 2, themes, file: -1 };
      });
      this.readFiles(gathered);
      let end = 0;
      this.rooms = Float64Array.from([...this.units.map((unit) => unit.length), ...heads], (wide) => (end += wide)); // where each slot's room ends
      this.average = sumOf(this.units.map((unit) => unit.length)) / Math.max(1, facts.units);
      const splits = new Bits(facts.splits);
      this.splits = Array.from({ length: facts.splitsLength }, () => splits.gamma() - 1);
    }

    /** The units of each file of records: first those that lie together for the vocabulary's words. @param {number[]} left */
    readFiles(left) {
      const bits = new Bits(this.facts.together), most = this.facts.fileCharacters;
      this.files = [];
      while (left.length) {
        const file = left.splice(0, 1);
        for (let more = bits.gamma(), at = 0; more > 0; more--) {
          at += bits.rice(this.riceParameter(left.length - at, more));
          file.push(...left.splice(at, 1));
        }
        this.files.push(file);
      }
      this.files.forEach((file, number) => file.forEach((unit) => (this.units[unit].file = number)));
      let full = Infinity;
      this.units.forEach((facts, unit) => {
        if (facts.file >= 0) return;
        full += facts.length + BESIDE;
        if (full > most) {
          full = facts.length + BESIDE;
          this.files.push([]);
        }
        facts.file = this.files.length - 1;
        this.files[facts.file].push(unit);
      });
    }

    /** What one of the index's files holds. @param {string} name */
    file(name) {
      return fetchData(`${this.root}data/search/${this.facts.name}/${name}.js`, name);
    }

    /** Stop words, themes with their telling terms, topics with their aliases, sets of synonyms; the last two are concepts. */
    readVocabulary() {
      const { words, wordsLength, themes, topics } = this.facts;
      const bits = new Bits(words), text = Array.from({ length: wordsLength }, () => this.read(bits)).join("");
      const [stop, ...lines] = text.split("\n").map((line) => line.split("\x1f"));
      this.stop = new Set(stop);
      this.numbered = lines.slice(0, themes).map(([slug, name, family]) => ({ slug, name, family }));
      this.themes = Object.fromEntries(this.numbered.map((theme) => [theme.slug, theme]));
      this.terms = lines.slice(0, themes).map((line) => line.slice(3));
      this.topics = lines.slice(themes, themes + topics).map(([name, page, ...aliases]) => ({ page, words: [name, ...aliases].map((word) => this.fold(word)) }));
      this.concepts = [...lines.slice(themes + topics), ...this.topics.map((topic) => topic.words)];
      this.words = new Map(this.terms.flat().map((word) => [word, []])); // word → the concepts it names
      this.concepts.forEach((list, number) => list.forEach((word) => this.words.set(word, [...(this.words.get(word) ?? []), number])));
      this.longest = Math.max(0, ...Array.from(this.words.keys(), (word) => word.length));
    }

    /** A word of the vocabulary that has one character other than this one, as a slip would. @param {string} word */
    nearName(word) {
      const isNear = (/** @type {string} */ other) => other.length === word.length && Array.from(other).filter((char, i) => char !== word[i]).length === 1;
      return word.length > 2 ? Array.from(this.words.keys()).find(isNear) : undefined;
    }

    /** Theme → what its terms say for it, given a word; one that only contains the word says less. */
    votes(word) {
      const votes = new Map();
      this.terms.forEach((terms, number) => {
        for (const term of terms) {
          const vote = term === word ? 5 : term.includes(word) || word.includes(term) ? 1.5 : 0;
          if (vote) addTo(votes, number, vote);
        }
      });
      return votes;
    }

    /** Theme → how surely the words speak of it, up to 1 for each word. */
    themesOf(words) {
      const sure = new Map();
      for (const word of words) {
        const votes = this.votes(word), all = 2 + sumOf(votes.values());
        for (const [number, vote] of votes) addTo(sure, number, vote / all);
      }
      return sure;
    }

    groupOf(unit) {
      return this.groups[this.group[unit]];
    }

    isTitle(unit) {
      return this.groupOf(unit).title === unit;
    }

    /** Of a unit's themes, the main one first; an article's are those of its passages, as on its page. */
    slugsOf(unit) {
      const { title, themes } = this.groupOf(unit);
      if (title !== unit) return this.units[unit].themes.map((number) => this.numbered[number].slug);
      return [...themes].sort().sort(bestFirst).map(([slug]) => slug); // equals stay in the order of their slugs
    }

    /** How much of a unit's themes is meant; the first counts most. @param {Map<number, number>} sure */
    themeShare(unit, sure) {
      return sumOf(this.units[unit].themes.map((number, rank) => (sure.get(number) ?? 0) / (1 + rank / 2)));
    }

    isPassage(unit) {
      return this.groupOf(unit).kind === "article" && !this.isTitle(unit);
    }

    fold(text) {
      return this.folder.fold(text).chars.join("");
    }

    /** The characters of a text folded; null when one of them stands nowhere in the texts. */
    async ranksOf(text) {
      let chars = this.folder.fold(text).chars;
      if (chars.some((char) => !this.ranks.has(char))) {
        this.folder.add(await this.extra("variants"));
        chars = this.folder.fold(text).chars;
      }
      return chars.every((char) => this.ranks.has(char)) ? chars.map((char) => this.ranks.get(char)) : null;
    }

    /** The piece of a character's pairs that a pair is in. */
    pieceOf(first, second) {
      const split = this.splits[first] ?? 0;
      return split && Math.imul(second, 0x9e3779b1) >>> (32 - split);
    }

    /** The shard of a piece. */
    shardOf(first, piece) {
      const mixed = (Math.imul(first, 0x85ebca77) ^ Math.imul(piece + 1, 0x9e3779b1)) >>> 0;
      return ((mixed ^ (mixed >>> 15)) >>> 0) % this.facts.shards;
    }

    /** The places of a pair. One key is first · 2^20 + second; second 0 means that a line ends. */
    async openPosting(key) {
      const first = Math.floor(key / 0x100000);
      const { bits, keys } = await this.shard(this.shardOf(first, this.pieceOf(first, key % 0x100000)));
      return this.readPosting(bits, keys.get(key));
    }

    async openShard(number) {
      const bits = new Bits(await this.file(String(number))), keys = new Map();
      if (!bits.text) return { bits, keys };
      for (let left = bits.gamma(), first = 0, second = 0; left > 0; left--) {
        const step = bits.gamma() - 1, value = bits.rice(8);
        second = step || !keys.size ? value : second + value;
        first += step;
        keys.set(first * 0x100000 + second, bits.at);
        this.readPosting(bits, bits.at);
      }
      return { bits, keys };
    }

    /** The places of the posting that begins at `at`; nothing begins nowhere. */
    readPosting(bits, at) {
      if (at === undefined) return [];
      bits.at = at;
      const places = new Array(bits.gamma()), k = this.riceParameter(this.rooms[this.rooms.length - 1], places.length);
      for (let i = 0, place = -1; i < places.length; i++) places[i] = place += bits.rice(k) + 1;
      return places;
    }

    /** What suits the gaps between `chosen` numbers out of `all`. */
    riceParameter(all, chosen) {
      return Math.max(0, digits(Math.floor((2 * all) / (3 * chosen))) - 1);
    }

    /** Where a term of two or more characters stands. Its pairs cover it: every second one, and the last. @param {number[]} ranks */
    async occurrences(ranks) {
      const offsets = [];
      for (let i = 0; i < ranks.length - 2; i += 2) offsets.push(i);
      offsets.push(ranks.length - 2);
      let found = null;
      for (let i = 0; i < offsets.length && (!found || found.length); i += 2) {
        const some = offsets.slice(i, i + 2); // two at a time: a long phrase is often decided early
        const postings = await Promise.all(some.map((o) => this.posting(ranks[o] * 0x100000 + ranks[o + 1])));
        postings.forEach((places, j) => (found = found ? adjacent(found, places, some[j]) : places));
      }
      return found;
    }

    /** Unit → how often a term stands in its head and its body. @returns {Promise<Map<number, [number, number]>>} */
    async unitsWith(ranks) {
      const { units } = this.facts, found = new Map();
      const counted = ranks.length > 1 ? this.slotsOf(await this.occurrences(ranks)) : await this.slotsWithChar(ranks[0]);
      for (const [slot, times] of counted) {
        const counts = found.get(slot % units) ?? found.set(slot % units, [0, 0]).get(slot % units);
        counts[slot < units ? 1 : 0] += times;
      }
      return found;
    }

    /** Slot → how many of the places, which ascend, lie in it. @param {number[]} places @returns {Map<number, number>} */
    slotsOf(places) {
      const counts = new Map();
      let slot = 0;
      for (const place of places) {
        if (place >= this.rooms[slot]) slot = this.slotAt(place, slot);
        addTo(counts, slot, 1);
      }
      return counts;
    }

    /** The slot whose room holds a place, not before `low`. */
    slotAt(place, low) {
      for (let high = this.rooms.length; low < high; ) {
        const middle = (low + high) >> 1;
        if (this.rooms[middle] <= place) low = middle + 1;
        else high = middle;
      }
      return low;
    }

    /** Slot → how often it holds a character, by all the pairs that this begins; the most frequent have lists. */
    async slotsWithChar(first) {
      const split = this.splits[first] ?? 0;
      if (split > MOST_SPLIT) return this.slotsWithConcept(this.concepts.length + first);
      const pieces = new Set(Array.from({ length: 1 << split }, (_, piece) => this.shardOf(first, piece)));
      const postings = await Promise.all(Array.from(pieces, async (number) => {
        const { bits, keys } = await this.shard(number);
        return Array.from(keys).filter(([key]) => Math.floor(key / 0x100000) === first).map(([, at]) => this.readPosting(bits, at));
      }));
      return this.slotsOf(postings.flat(2).sort((a, b) => a - b));
    }

    /** As `unitsWith`, for a concept of the vocabulary. */
    async unitsWithConcept(number) {
      return new Map(Array.from(await this.slotsWithConcept(number), ([unit, times]) => [unit, [0, times]]));
    }

    async slotsWithConcept(number) {
      return (await this.conceptFile(number % this.facts.conceptFiles)).get(number) ?? new Map();
    }

    /** Concept → slot → how many times. A small site's concepts come with the manifest. */
    async openConcepts(number) {
      const { concepts, units } = this.facts, found = new Map();
      const bits = new Bits(concepts ?? (await this.file(`c${number}`)));
      for (let left = bits.text ? bits.gamma() : 0, concept = -1; left > 0; left--) {
        concept += bits.gamma();
        const slots = new Map();
        const many = bits.gamma(), k = this.riceParameter(units, many);
        for (let i = 0, slot = -1; i < many; i++) slots.set((slot += bits.rice(k) + 1), bits.gamma());
        found.set(concept, slots);
      }
      return found;
    }

    async openRecords(number) {
      const bits = new Bits(await fetchData(`${this.root}data/passages/${this.facts.name}/${number}.js`, `r${number}`));
      const next = () => {
        let text = "";
        for (let char; (char = this.read(bits)) !== "\x1e"; ) text += char;
        return text.split("\x1f");
      };
      const out = new Map();
      let front = [];
      for (const unit of this.files[number]) {
        const own = next();
        if (own.length > 1) front = own;
        out.set(unit, { front, fields: next() });
      }
      return out;
    }

    async record(unit) {
      return (await this.records(this.units[unit].file)).get(unit);
    }

    /** What a hit says. @param {string[][]} terms folded */
    async hit(unit, score, terms) {
      const group = this.groupOf(unit), { front, fields } = await this.record(unit);
      const [id, title, date, note = "", by = ""] = front, article = group.kind === "article";
      const whole = !this.isPassage(unit);
      const [anchor, heading, author, repeats = ""] = [...(whole ? ["", "", ""] : []), ...fields.slice(0, -1)];
      const page = article ? `articles/${id}/` : id, place = anchor && `#${anchor}`;
      return {
        id: (article ? id : id.replace(/\/$/, "") || "index") + place,
        url: page + this.inside + place,
        title, heading, author: author || by, by, date, note,
        source: group.source,
        themes: this.slugsOf(unit),
        snippet: snippet(this.folder, fields[fields.length - 1], terms),
        repeats, // what says the same and stands for it
        score: Math.round(score * 1000) / 1000,
        kind: whole ? group.kind : "passage",
      };
    }

    // --- searching ---

    /**
     * `limit` and `offset` count both groups together, the exact one first: what stands on one page of results. Exact
     * hits come best first, or by `order` "newest" those of the latest articles.
     * @param {string} query
     * @param {{limit?: number, offset?: number, filters?: Record<string, string>, order?: string, perArticle?: number}} options
     *   perArticle: hits of one article and group beyond so many are left out; each hit tells how many there are
     */
    async search(query, { limit = 20, offset = 0, filters = {}, order = "", perArticle = Infinity } = {}) {
      const from = count(offset), to = from + count(limit);
      const terms = parse(query);
      const wanted = terms.filter((term) => !term.excluded).map((term) => term.text);
      const excluded = terms.filter((term) => term.excluded).map((term) => term.text);
      const [counts, banned] = await Promise.all([wanted, excluded].map(async (texts) => (await Promise.all(texts.map((text) => this.unitsOf(text)))).filter(Boolean)));
      const ranked = this.rank(counts, banned, wanted), cards = this.cardsOf(wanted, ranked.length > 0);
      const carded = new Set(cards);
      let scored = ranked.filter(([unit]) => !carded.has(unit));
      let others = { scored: [], terms: new Map(), themes: [], near: "" };
      const isLiteral = terms.some(({ quoted, excluded }) => quoted && !excluded); // who quotes wants that and nothing else
      if (counts.length && scored.length < THIN && !isLiteral) [scored, others] = await this.others(wanted, scored, banned);
      if (order === "newest") scored = scored.sort((a, b) => a[0] - b[0]); // as the articles stand
      const [first, second] = [scored, others.scored].map((all) => this.listed(all.filter(([unit]) => this.passes(unit, filters)), perArticle));
      const start = Math.max(0, from - first.hits.length), end = Math.max(0, to - first.hits.length);
      const [exact, related, shown] = await Promise.all([
        this.hits(first, from, to, new Map(wanted.map((text, word) => [text, { word, nearness: 3 }]))),
        this.hits(second, start, end, others.terms),
        Promise.all(cards.map((unit) => this.card(unit))),
      ]);
      return {
        query: { terms: wanted, excluded },
        exact,
        related: { ...related, terms: related.total ? [...others.terms.keys()] : [], themes: related.total ? others.themes : [], near: related.total ? others.near : "" },
        cards: shown,
        facets: this.facets([...scored, ...others.scored].map(([unit]) => unit), filters),
      };
    }

    /** Scored units, of each article so many at most, and how many there are of it. */
    listed(scored, perArticle) {
      const counts = new Map();
      const hits = scored.filter(([unit]) => addTo(counts, this.group[unit], 1).get(this.group[unit]) <= perArticle);
      const number = (test) => scored.filter(([unit, , by = []]) => test(by, unit)).length;
      const byTitle = number((by) => by.length), byAuthor = number((by) => by.some(([head]) => !head));
      const pages = number((_, unit) => this.groupOf(unit).kind !== "article");
      return { total: scored.length, byTitle, byAuthor, pages, hits, counts };
    }

    /** A part of a group. `listed`: how many hits can be asked for in all. @param {Map<string, StandsFor>} texts to mark */
    async hits({ hits, counts, ...totals }, start, end, texts) {
      const terms = Array.from(texts, ([text, standsFor]) => Object.assign(Array.from(this.fold(text)), standsFor)).filter((chars) => chars.length);
      const some = hits.slice(start, end).map(async ([unit, score]) => ({ ...(await this.hit(unit, score, terms)), group: this.group[unit], inArticle: counts.get(this.group[unit]) }));
      return { ...totals, listed: hits.length, hits: await Promise.all(some) };
    }

    /** The second group; what is known for it also orders the few exact hits. */
    async others(wanted, exact, banned) {
      const found = await related(this, wanted, exact.length > 0);
      const scores = new Map(found.scored), known = new Set(exact.map(([unit]) => unit));
      const unwanted = (unit) => known.has(unit) || banned.some((units) => units.has(unit));
      const ordered = exact.map(([unit, score, by]) => [unit, score + Math.min(90, scores.get(unit) ?? 0), by]).sort(bestFirst);
      return [ordered, { ...found, scored: found.scored.filter(([unit]) => !unwanted(unit)) }];
    }

    /**
     * Pages that answer by their name: topics by name or alias, themes by name or telling term. Of a question that
     * nobody put so, the one word that it asks about; of what is in no text, a name that is nearly the same.
     * @param {string[]} wanted @param {boolean} found whether the words stand anywhere
     */
    cardsOf(wanted, found) {
      const { facts } = this, first = facts.units - sumOf(facts.pages);
      const cards = [], names = [wanted.join(" "), wanted.join(""), ...wanted].map((text) => this.fold(text));
      if (!found && wanted.length === 1) {
        const words = wordsOf(names[0], this);
        names.push(this.nearName(names[0]) ?? (words.length === 1 ? words[0] : ""));
      }
      for (const word of names) {
        if (word.length < 2) continue;
        const near = ({ words }) => words.some((name) => name === word) || (words[0].startsWith(word) && word.length > 2);
        const topic = this.topics.find((one) => one.page !== "" && near(one));
        if (topic) cards.push(first + facts.pages[0] + Number(topic.page));
        const theme = this.numbered.findIndex(({ name }) => this.fold(name).includes(word));
        const votes = [...this.votes(word)].sort((a, b) => b[1] - a[1]);
        const voted = votes.length && votes[0][1] >= 3 && votes[0][1] > 2 * (votes[1]?.[1] ?? 0) ? votes[0][0] : -1;
        const number = theme >= 0 ? theme : voted;
        if (number >= 0 && facts.pages[0]) cards.push(first + number);
      }
      return [...new Set(cards)].slice(0, MOST_CARDS);
    }

    async card(unit) {
      const { kind, id, url, title } = await this.hit(unit, 0, []);
      const { fields } = await this.record(unit);
      return { kind, id, url, title, description: fields[0].split("\n")[0] };
    }

    /** As `unitsWith`, for a term as it was typed; undefined for one that folds to nothing. */
    async unitsOf(text) {
      const ranks = await this.ranksOf(text);
      return !ranks ? new Map() : ranks.length ? this.unitsWith(ranks) : undefined;
    }

    /** The units that hold all terms, best first; an article's names may stand in for any, its title for later ones. */
    rank(counts, banned, wanted) {
      if (!counts.length) return [];
      const variant = wanted.some((text) => Array.from(text).some((char) => this.folder.special.has(char)));
      const idf = counts.map((units) => this.idf(units.size));
      const sure = this.themesOf(wanted.map((text) => this.fold(text)));
      const found = [];
      for (const unit of counts[1] ? new Set(counts.flatMap((units) => [...units.keys()])) : counts[0].keys()) {
        const by = []; // what holds the words that do not stand here: the title, its head, or names, its body
        const places = counts.map((units, i) => {
          const title = units.get(this.groupOf(unit).title);
          return units.get(unit) ?? (title && (i || title[1]) ? (by.push(title), [0, 0.5]) : null);
        });
        if (places.includes(null) || banned.some((units) => units.has(unit))) continue;
        found.push([unit, this.score(unit, places, idf, variant, sure) - (by.length ? 50 : 0), by]);
      }
      return found.sort(bestFirst);
    }

    idf(units) {
      return Math.log(1 + (this.facts.units - units + 0.5) / (units + 0.5));
    }

    /** What a word's occurrences in a unit are worth. */
    bm25(unit, times, idf) {
      return (idf * times * (K1 + 1)) / (times + K1 * (1 - B + (B * this.units[unit].length) / this.average));
    }

    /** Titles and who wrote them, then headings, then texts, then pages that are no articles; within each by BM25. */
    score(unit, places, idf, variant, sure) {
      const facts = this.units[unit], article = this.groupOf(unit).kind === "article";
      let sum = 0, inHead = true;
      places.forEach(([head, body], i) => {
        sum += this.bm25(unit, body + 3 * head, idf[i]);
        inHead &&= head > 0;
      });
      sum *= 1 + 0.6 * this.themeShare(unit, sure);
      if (!facts.substantive) sum *= 0.3;
      if (Boolean(facts.variant) !== variant) sum -= 40; // the other spelling
      return sum + (!article ? 0 : this.isTitle(unit) ? 300 : inHead ? 200 : 100);
    }

    passes(unit, { theme, source, year, group: number }) {
      const group = this.groupOf(unit);
      if (number !== undefined && number !== this.group[unit]) return false;
      if (theme && !this.slugsOf(unit).includes(theme)) return false;
      return (!source || group.source === source) && (!year || group.year === String(year));
    }

    /** Themes, sources and years of the hits with counts; each list as if its own filter were not set. */
    facets(units, filters) {
      const count = (own, valuesOf) => {
        const counts = new Map();
        const some = units.filter((unit) => this.passes(unit, { ...filters, [own]: "" }));
        for (const value of some.flatMap(valuesOf)) if (value) addTo(counts, value, 1);
        return [...counts];
      };
      const most = (a, b) => b.count - a.count;
      const named = (names) => ([value, count]) => ({ value, label: names(value), count });
      return {
        theme: count("theme", (unit) => this.slugsOf(unit)).map(named((slug) => this.themes[slug].name)).sort(most),
        source: count("source", (unit) => this.groupOf(unit).source).map(named((key) => this.sources[key])).sort(most),
        year: count("year", (unit) => this.groupOf(unit).year).map(named((year) => `${year} 年`)).sort((a, b) => b.value - a.value),
      };
    }

    /** To await before `locate`: terms may be in spellings that no text has. @param {string[]} terms */
    async prepare(terms) {
      await Promise.all(terms.map((term) => this.ranksOf(term)));
    }

    /** UTF-16 ranges of `text` in which the terms stand, folded alike. @param {string} text @param {string[]} terms */
    locate(text, terms) {
      const folded = terms.map((term) => this.folder.fold(term).chars).filter((chars) => chars.length);
      return locate(this.folder, text, folded).map(([low, high]) => [low, high]);
    }

    /** Themes, topics and articles by pinyin, from a script of its own. @param {string} text */
    async suggest(text) {
      await this.script("pinyin");
      return kbSearch.suggest(this, text);
    }
  }

  /** Open the index of a site. @param {string | URL} siteRootUrl @returns {Promise<Index>} rejects when it cannot be loaded */
  kbSearch.openIndex = async (siteRootUrl, { fresh = false } = {}) => {
    const root = new URL(`${siteRootUrl}`.replace(/\/?$/, "/"), globalThis.document?.baseURI).href;
    return new Index(root, await fetchData(`${root}data/search/manifest.js` + (fresh ? `?${Date.now()}` : ""), "manifest"));
  };
})();
