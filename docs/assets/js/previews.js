/**
 * Previews: a pointer that rests on a link to a theme, a topic, an article or a passage, or the focus on it, shows what
 * is there. What stands on the same page is read from it; the rest lies in small files that the converter writes, of
 * which none is asked for before the first look. A classic script, so that it also runs from file://.
 */
"use strict";
(function () {
  const { root, make, anchorOf, load } = globalThis.kbPage;
  const REST = 250; // milliseconds that a pointer rests before a card opens
  const GRACE = 200; // and that it may take from the link to the card
  const GAP = 8; // pixels between link and card
  const FIRST_LINES = 96; // characters
  // Results of a search show what they lead to themselves; the frame of a page leads to lists.
  const LINKS = ".md-content a[href]";
  const NOT_THERE = ".kb-search-body, [data-kb-hit], .kb-pages, [aria-hidden=true]";
  const KINDS = /^(?:themes|topics|articles)\/[^/]+\/$/;

  // --- files ----------------------------------------------------------------------------------------------------

  /** @type {Map<string, any>} what scripts have brought */
  const received = new Map();
  /** Each data file calls this. */
  globalThis.kbPreviews = { receive: (/** @type {string} */ name, /** @type {any} */ data) => void received.set(name, data) };

  /** What a file holds. @param {string} path @param {string} name */
  async function file(path, name) {
    await load(`data/previews/${path}.js`);
    return received.get(name);
  }

  /** FNV-1a, as the converter works it out. @param {string} text */
  function hash(text) {
    let value = 0x811c9dc5;
    for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
    value >>>= 0;
    return (value ^ (value >>> 15)) >>> 0;
  }

  /** @typedef {{title: string, facts: string, text: string}} Preview */

  /** @param {string} address relative to the site's root @returns {Promise<Preview | null>} */
  async function fetched(address) {
    const { name, shards } = await file("manifest", "manifest");
    const number = hash(address) % shards;
    const found = (await file(`${name}/${number}`, String(number)))?.[address];
    return found ? { title: found[0], facts: found[1], text: found[2] } : null;
  }

  // --- what a link leads to -------------------------------------------------------------------------------------

  /** @param {string} href @returns {string} the page relative to the root, as a server would name it; "" outside */
  function pageOf(href) {
    const url = new URL(href);
    const path = url.origin + url.pathname;
    const full = url.protocol === "file:" ? `file://${url.pathname}` : path;
    return full.startsWith(root) ? full.slice(root.length).replace(/index\.html$/, "") : "";
  }

  /** @param {Element} passage @returns {Preview} */
  function fromPage(passage) {
    const heading = passage.querySelector("h2, h3");
    const blocks = [...passage.querySelectorAll(":scope > :is(p, ul, ol, blockquote, pre, table)")];
    const text = blocks.map((block) => block.textContent?.trim()).filter(Boolean).join("\n").replace(/\s*\n\s*/g, "\n");
    const facts = [...passage.querySelectorAll(".kb-passage-meta a")].map((link) => link.textContent);
    return {
      title: heading?.textContent ?? "",
      facts: facts.join(" · "),
      text: text.length > FIRST_LINES ? `${text.slice(0, FIRST_LINES - 1)}…` : text,
    };
  }

  /** @param {HTMLAnchorElement} link @returns {(() => Promise<Preview | null>) | null} null where there is nothing to show */
  function sourceOf(link) {
    if (!link.matches(LINKS) || link.closest(NOT_THERE)) return null;
    const page = pageOf(link.href);
    if (!KINDS.test(page)) return null;
    const anchor = anchorOf(link);
    if (page !== pageOf(location.href)) return () => fetched(page + (anchor && `#${anchor}`));
    const passage = anchor && document.getElementById(anchor);
    // A passage's link to itself would show what one is reading.
    if (!passage || !passage.matches(".kb-passage") || passage.contains(link)) return null;
    return async () => fromPage(passage);
  }

  // --- the card -------------------------------------------------------------------------------------------------

  /** @type {HTMLElement | undefined} */
  let card;
  /** @type {HTMLAnchorElement | undefined} the link that the card belongs to */
  let shown;
  /** @type {HTMLAnchorElement | undefined} the link that is waited for */
  let waiting;
  let opening = 0;
  let closing = 0;

  function makeCard() {
    const made = make("div", { class: "kb-preview", id: "kb-preview", role: "tooltip", hidden: true });
    made.addEventListener("pointerenter", () => clearTimeout(closing));
    made.addEventListener("pointerleave", closeSoon);
    document.body.append(made);
    return made;
  }

  /** @param {HTMLAnchorElement} link @param {Preview} preview */
  function show(link, { title, facts, text }) {
    card ??= makeCard();
    const lines = Object.entries({ title, facts, text }).filter(([, said]) => said);
    card.replaceChildren(...lines.map(([name, said]) => make("p", { class: `kb-preview-${name}` }, said)));
    card.hidden = false;
    shown = link;
    link.setAttribute("aria-describedby", card.id);
    place();
  }

  /** Below the link, or above it where there is more room; never over it. */
  function place() {
    if (!card || !shown) return;
    const link = shown.getBoundingClientRect();
    const first = shown.getClientRects()[0] ?? link;
    const head = document.querySelector(".md-header")?.getBoundingClientRect().bottom ?? 0;
    const { offsetWidth: width, offsetHeight: height } = card;
    const below = innerHeight - link.bottom - GAP;
    const above = link.top - head - GAP;
    if (link.bottom < head || link.top > innerHeight || Math.max(below, above) < height) return close();
    card.style.left = `${Math.max(GAP, Math.min(first.left, document.documentElement.clientWidth - width - GAP))}px`;
    card.style.top = `${below >= height || below >= above ? link.bottom + GAP : link.top - GAP - height}px`;
  }

  function close() {
    clearTimeout(opening);
    clearTimeout(closing);
    waiting = undefined;
    shown?.removeAttribute("aria-describedby");
    shown = undefined;
    if (card) card.hidden = true;
  }

  function closeSoon() {
    clearTimeout(closing);
    closing = setTimeout(close, GRACE);
  }

  /** Open a card when one has stayed on a link. @param {HTMLAnchorElement} link */
  function openSoon(link) {
    clearTimeout(closing);
    if (link === shown || link === waiting) return;
    const source = sourceOf(link);
    clearTimeout(opening);
    waiting = undefined;
    if (!source) return shown && closeSoon();
    waiting = link;
    opening = setTimeout(() => {
      source().then(
        (preview) => {
          if (waiting !== link) return; // one has gone on
          close();
          if (preview) show(link, preview);
        },
        () => {}, // without its files a link is still a link
      );
    }, REST);
  }

  // --- events ---------------------------------------------------------------------------------------------------

  /** @param {Event} event @returns {HTMLAnchorElement | null} */
  const linkOf = (event) => (event.target instanceof Element ? event.target.closest("a[href]") : null);

  /** Leaving a link: nothing opens any more, what is open closes soon. */
  function leave() {
    clearTimeout(opening);
    waiting = undefined;
    if (shown) closeSoon();
  }

  // Fingers get nothing: a long press is the browser's own.
  addEventListener("pointerover", (event) => {
    const link = event.pointerType === "mouse" ? linkOf(event) : null;
    if (link) openSoon(link);
  });
  addEventListener("pointerout", (event) => {
    const link = linkOf(event);
    const inside = event.relatedTarget instanceof Node && link?.contains(event.relatedTarget);
    if (link && !inside) leave();
  });
  addEventListener("focusin", (event) => {
    const link = linkOf(event);
    if (link?.matches(":focus-visible")) openSoon(link);
  });
  addEventListener("focusout", (event) => {
    if (linkOf(event)) leave();
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || (!shown && !waiting)) return;
    if (shown) event.stopPropagation();
    close();
  }, true);
  addEventListener("pointerdown", (event) => {
    if (!(event.target instanceof Node && card?.contains(event.target))) close();
  });
  addEventListener("pagehide", close);
  addEventListener("scroll", place, { passive: true, capture: true });
  addEventListener("resize", place);
})();
