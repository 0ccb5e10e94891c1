/**
 * A question with many answers: filter, order, fold, jump, go on by key; settings and place stand in the address.
 * Also the buttons that copy a passage's origin and address. Every page is complete without it. A classic script in one
 * namespace, so that it also runs from file://.
 */
"use strict";
(function () {
  const { make, button, copyButton, modified, target, note, hold } = globalThis.kbPage;
  const LINES = 12; // of a folded answer
  const SPARED = 8; // what is not much longer is not folded
  const NEAR = 4; // pixels from where a target stands
  const PAUSE = 200; // milliseconds without scrolling before the place is written down
  const FEW = 6; // themes shown on a small screen before one asks for more
  const NUMBER = /^(?:\d{1,2}|[０-９一二三四五六七八九十]{1,3})[、.．]?$/; // a heading that is one names nothing
  const ORDERS = { "": "原来的顺序", length: "由长到短", theme: "按主题" };

  /**
   * Write an address down without going there, if it is another one: browsers refuse after many in a row.
   * @param {URL} url @param {any} [state] what to find again on coming back
   */
  function write(url, state = history.state) {
    if (url.href === location.href && state?.inside === history.state?.inside) return;
    note(state, url);
  }

  // --- copying ----------------------------------------------------------------------------------------------------

  /** The passage that is the whole article, and has no line of its own. */
  const alone = document.querySelector(".kb-passage-meta") ? null : document.querySelector(".kb-passage");

  /** @param {string} anchor */
  function addressOf(anchor) {
    const url = new URL(location.href);
    url.search = "";
    url.hash = anchor;
    return url.href;
  }

  /** What was selected in a passage, with where it comes from. @param {HTMLElement} passage */
  function quotationOf(passage) {
    const selection = getSelection();
    const words = selection && passage.contains(selection.anchorNode) && passage.contains(selection.focusNode) ? selection.toString().trim() : "";
    const title = `《${document.querySelector("h1")?.textContent?.trim()}》`;
    const heading = passage.querySelector(":scope > h2")?.textContent?.trim() ?? "";
    const isAnswer = "order" in passage.dataset;
    const name = alone || (!isAnswer && NUMBER.test(heading)) ? "" : heading;
    const part = name && `“${name.replace(/“/g, "‘").replace(/”/g, "’")}”`;
    const where = isAnswer ? `${name}的回答，${title}` : title + part;
    const origin = document.querySelector("[data-origin]")?.getAttribute("data-origin");
    const source = [where, origin, decodeURI(addressOf(alone ? "" : passage.id))].filter(Boolean).join("，");
    return words ? `“${words}”（${source}）` : source;
  }

  /** @param {HTMLElement} meta the quiet line of a passage */
  function addCopy(meta) {
    const link = meta.querySelector('a[href^="#"]');
    if (link instanceof HTMLElement) link.title = "这一段的地址";
    const passage = /** @type {HTMLElement} */ (meta.closest(".kb-passage"));
    const quote = copyButton("kb-copy", "引用", () => quotationOf(passage));
    const address = copyButton("kb-copy", "复制链接", () => addressOf(passage.id));
    quote.title = "复制选中的话和这一段的出处";
    address.title = "复制这一段的地址";
    meta.append(make("span", { class: "kb-copies" }, quote, address));
  }

  document.querySelectorAll(".kb-passage > .kb-passage-meta").forEach((meta) => addCopy(/** @type {HTMLElement} */ (meta)));
  if (alone) {
    const quote = copyButton("kb-copy", "引用", () => quotationOf(/** @type {HTMLElement} */ (alone)));
    quote.title = "复制选中的话和这篇文章的出处";
    document.querySelector(".kb-head > p")?.append(make("span", { class: "kb-copies" }, " · ", quote));
  }

  // --- the question ---------------------------------------------------------------------------------------------

  /** @type {HTMLElement[]} in the order of the source */
  const answers = [...document.querySelectorAll(".kb-passage[data-order]")];
  const overview = /** @type {HTMLElement | null} */ (document.querySelector(".kb-overview"));
  if (!overview || answers.length < 2) return;

  /** @type {HTMLElement[]} */
  const segments = [...overview.querySelectorAll(".kb-strip [data-theme]")];
  const names = new Map(segments.map((part) => [part.dataset.theme ?? "", (part.title ?? "").replace(/ \d+$/, "")]));

  /** What the address says; a link may name a theme that this question no longer has. */
  function readSettings() {
    const asked = new URLSearchParams(location.search);
    const known = (/** @type {string} */ name, /** @type {string[]} */ values) => values.find((value) => value === asked.get(name)) ?? "";
    return { theme: known("theme", [...names.keys()]), only: asked.get("only") === "1", order: known("order", Object.keys(ORDERS)), open: asked.get("open") === "1" };
  }

  const settings = readSettings();

  /** What an answer's quiet line says: its length, then its themes, the main one first. @param {HTMLElement} answer */
  function factsOf(answer) {
    const [length, ...themes] = answer.querySelectorAll(":scope > .kb-passage-meta a");
    return {
      length: Number(/^(\d+)\s字$/.exec(length?.textContent ?? "")?.[1] ?? 0), // of one without words it says how many pictures
      themes: themes.map((link) => /themes\/([^/]+)/.exec(link.getAttribute("href") ?? "")?.[1] ?? ""),
    };
  }

  const facts = new Map(answers.map((answer) => [answer, factsOf(answer)]));
  const themesOf = (/** @type {HTMLElement} */ answer) => facts.get(answer)?.themes ?? [];
  const lengthOf = (/** @type {HTMLElement} */ answer) => facts.get(answer)?.length ?? 0;
  const substantive = (/** @type {HTMLElement} */ answer) => !("thin" in answer.dataset);
  const visible = () => shownAnswers().filter((answer) => !answer.hidden);

  /** The answers as they stand on the page now. @returns {HTMLElement[]} */
  const shownAnswers = () => [...document.querySelectorAll(".kb-passage[data-order]")];

  // --- folding --------------------------------------------------------------------------------------------------

  /** Lines that an answer takes, from its text: those outside the window are not laid out and cannot be measured. */
  function linesOf(/** @type {HTMLElement} */ answer, /** @type {number} */ perLine) {
    const blocks = answer.querySelectorAll(":scope > :is(p, ul, ol, blockquote, pre, h3, h4) , :scope > :is(ul, ol) > li");
    let lines = 0;
    for (const block of blocks) {
      if (block.matches("ul, ol")) continue;
      lines += Math.ceil((block.textContent ?? "").trim().length / perLine) + 0.6;
    }
    return lines + 8 * answer.querySelectorAll("figure, table").length;
  }

  /** @param {HTMLElement} answer @param {boolean} folded */
  function fold(answer, folded) {
    if (!("foldable" in answer.dataset)) return;
    answer.classList.toggle("kb-folded", folded);
    const control = answer.querySelector(":scope > .kb-unfold");
    if (!control) return;
    control.textContent = folded ? "展开全文" : "收起";
    control.setAttribute("aria-expanded", String(!folded));
  }

  /** @param {HTMLElement} answer */
  function addFold(answer) {
    answer.dataset.foldable = "";
    answer.append(
      button("kb-unfold", "", () => {
        const folded = !answer.classList.contains("kb-folded");
        fold(answer, folded);
        if (folded && answer.getBoundingClientRect().top < 0) answer.scrollIntoView();
      }),
    );
  }

  function prepareFolds() {
    const size = parseFloat(getComputedStyle(answers[0]).fontSize);
    const perLine = Math.max(12, Math.floor((overview?.clientWidth ?? 680) / size));
    answers.filter((answer) => linesOf(answer, perLine) > LINES + SPARED).forEach(addFold);
    // Finding a word on the page, marks and the focus scroll inside a folded answer; then it opens.
    document.addEventListener("scroll", (event) => unfoldAround(event.target), true);
    document.addEventListener("focusin", (event) => {
      if (event.target instanceof Element && !event.target.matches(".kb-unfold, h2, .kb-passage-meta *")) unfoldAround(event.target);
    });
  }

  /** @param {EventTarget | null} target */
  function unfoldAround(target) {
    const answer = target instanceof Element ? target.closest(".kb-folded") : null;
    if (!(answer instanceof HTMLElement)) return;
    if (target === answer && !answer.scrollTop) return;
    // What was scrolled to stays where it is, whether or not the browser scrolls once more.
    const { top, height } = answer.getBoundingClientRect();
    const inSight = [...answer.children].find((part) => part.getBoundingClientRect().bottom > top + height / 2);
    const part = target === answer ? inSight ?? answer : /** @type {Element} */ (target);
    const before = part.getBoundingClientRect().top;
    fold(answer, false);
    hold(part, before);
  }

  // --- order and filter -----------------------------------------------------------------------------------------

  const ranks = new Map([...names.keys()].map((slug, rank) => [slug, rank]));
  const rank = (/** @type {HTMLElement} */ answer) => ranks.get(themesOf(answer)[0]) ?? ranks.size;

  /** @param {HTMLElement} a @param {HTMLElement} b */
  function compare(a, b) {
    if (settings.order === "length") return lengthOf(b) - lengthOf(a);
    if (settings.order === "theme") return rank(a) - rank(b);
    return 0;
  }

  const end = document.createComment("");
  answers[answers.length - 1].after(end);

  function arrange() {
    document.querySelectorAll(".kb-answers-of").forEach((label) => label.remove());
    const all = document.createDocumentFragment();
    let last = -1;
    for (const answer of [...answers].sort(compare)) {
      if (settings.order === "theme" && !answer.hidden && rank(answer) !== last) {
        last = rank(answer);
        all.append(make("p", { class: "kb-answers-of", role: "heading", "aria-level": "2" }, names.get(themesOf(answer)[0]) ?? "没有归入主题"));
      }
      all.append(answer);
    }
    end.before(all);
  }

  const onTheme = (/** @type {HTMLElement} */ answer) => !settings.theme || themesOf(answer).includes(settings.theme);
  const passes = (/** @type {HTMLElement} */ answer) => (!settings.only || substantive(answer)) && onTheme(answer);

  /** Show what the settings say. @param {boolean} moves whether the order may have changed */
  function apply(moves) {
    cancelled.remove();
    for (const answer of answers) answer.hidden = !passes(answer);
    if (moves || settings.order === "theme") arrange();
    showState();
    tell();
    writeSettings();
    dispatchEvent(new Event("kb-shown")); // the bar of marks counts those in sight
  }

  // --- controls -------------------------------------------------------------------------------------------------

  const status = make("p", { class: "kb-answers-told", role: "status" });
  const cancelled = make("div", { class: "kb-answers-cancelled", role: "status" }, "为了显示这个回答，筛选已经取消");
  const place = make("span", { class: "kb-place", "aria-hidden": "true" });
  // Who comes by an address that was passed on does not see the title.
  const asked = button("kb-answers-asked", document.querySelector("h1")?.textContent?.trim() ?? "", () => {
    document.getElementById("kb-main")?.focus({ preventScroll: true });
    scrollTo(0, 0);
  });
  // On a small screen the controls scroll away; this line stays.
  const filter = button("kb-answers-filter", "", () => lift(!row.classList.contains("kb-lifted")));
  const bar = make("div", { class: "kb-answers-bar" }, asked, status, place, filter);
  const nothing = make("div", { class: "kb-answers-none" }, make("p", {}, "没有符合条件的回答。"), button("kb-control", "看全部回答", reset));
  nothing.hidden = true;

  const all = button("kb-control", "", () => set({ only: false }));
  const some = button("kb-control", "", () => set({ only: true }));
  // The themes stand on top, the answers further down than a small screen shows.
  const onward = button("kb-control kb-onward", "", () => goTo(visible()[0]));
  const unfold = button("kb-control", "", () => {
    settings.open = !settings.open;
    keepInView(() => foldAll());
  });
  const themes = choice("主题", [["", "全部主题"], ...names], (value) => set({ theme: value }));
  const order = choice("顺序", Object.entries(ORDERS), (value) => set({ order: value }));

  /** @param {string} label @param {string[][]} options value and text @param {(value: string) => void} chosen */
  function choice(label, options, chosen) {
    const select = make("select", { class: "kb-control", "aria-label": label, autocomplete: "off" });
    for (const [value, text] of options) select.append(make("option", { value }, text));
    select.addEventListener("change", () => chosen(select.value));
    return select;
  }

  /** @param {Partial<typeof settings>} change */
  function set(change) {
    Object.assign(settings, change);
    if ("order" in change && inView()) {
      apply(true);
      toFirst(); // another order is read from its beginning
    } else keepInView(() => apply("order" in change));
  }

  /** To the first answer; where it opens a group, to the group's name, which would stand hidden under the controls. */
  function toFirst() {
    const first = visible()[0];
    const label = first?.previousElementSibling;
    arrive(label?.matches(".kb-answers-of") ? label : first ?? nothing);
  }

  function reset() {
    set({ theme: "", only: false });
    all.focus();
  }

  /** On a small screen, lay the controls over the answers where one reads, or put them back. @param {boolean} lifted */
  function lift(lifted) {
    keepInView(() => row.classList.toggle("kb-lifted", lifted));
    showLifted();
    (lifted ? all : filter).focus({ preventScroll: true });
  }

  function showLifted() {
    const lifted = row.classList.contains("kb-lifted");
    filter.textContent = lifted ? "收起" : "筛选";
    filter.setAttribute("aria-expanded", String(lifted));
  }

  function foldAll() {
    const aimed = inAddress();
    for (const answer of answers) fold(answer, !settings.open && answer !== aimed);
    showState();
    writeSettings();
  }

  /** The answer one reads stays where it is, whatever comes and goes above it. @param {() => void} change */
  function keepInView(change) {
    const reading = inView();
    const before = reading?.getBoundingClientRect().top ?? 0;
    change();
    if (reading && !reading.hidden) hold(reading, before);
    else if (reading) toFirst();
  }

  function showState() {
    all.setAttribute("aria-pressed", String(!settings.only));
    some.setAttribute("aria-pressed", String(settings.only));
    // What each would show: of the theme, while one is chosen.
    const among = answers.filter(onTheme);
    all.textContent = `全部 ${among.length}`;
    some.textContent = `有内容的 ${among.filter(substantive).length}`;
    unfold.textContent = settings.open ? "收起长文" : "展开全部";
    themes.value = settings.theme;
    order.value = settings.order;
    const counts = new Map([...names.keys()].map((slug) => [slug, countOf(slug)]));
    for (const option of themes.options) if (option.value) option.text = `${names.get(option.value)} ${counts.get(option.value)}`;
    for (const part of overview?.querySelectorAll("[data-theme][aria-pressed]") ?? []) {
      const slug = part.dataset.theme, name = names.get(slug), count = counts.get(slug);
      part.setAttribute("aria-pressed", String(slug === settings.theme));
      if (part.matches(".kb-switch")) part.lastChild.data = ` ${count}`;
      else {
        part.title = `${name} ${count}`;
        part.setAttribute("aria-label", `${name}，${count} 个回答`);
      }
    }
    overview?.classList.toggle("kb-filtered", settings.theme !== "");
    onward.hidden = !counts.get(settings.theme);
    onward.textContent = `查看这 ${counts.get(settings.theme)} 个回答`;
  }

  /** How many answers on a theme there are to see. @param {string} slug */
  const countOf = (slug) => answers.filter((answer) => themesOf(answer).includes(slug) && (!settings.only || substantive(answer))).length;

  function tell() {
    const left = answers.filter((answer) => !answer.hidden).length;
    nothing.hidden = left > 0;
    bar.classList.toggle("kb-answers-some", left < answers.length);
    const kinds = [settings.theme ? `谈“${names.get(settings.theme)}”` : "", settings.only ? "有内容" : ""].filter(Boolean).join("、");
    const text = left === answers.length ? `${left} 个回答` : left ? `${kinds}的回答：${left} 个（全部 ${answers.length} 个）` : "没有符合条件的回答";
    status.firstChild ? (status.firstChild.data = text) : status.append(text);
  }

  // --- jump to an author ----------------------------------------------------------------------------------------

  /** Names as they can be chosen: those that several answerers have are numbered. @returns {Map<string, HTMLElement>} */
  function authors() {
    const found = new Map();
    for (const answer of answers) {
      const name = answer.dataset.author ?? "";
      let free = name;
      for (let i = 2; found.has(free); i++) free = `${name}（${i}）`;
      found.set(free, answer);
    }
    return found;
  }

  function jumpField() {
    const known = authors();
    const list = make("datalist", { id: "kb-authors" }, ...[...known.keys()].map((name) => make("option", { value: name })));
    const field = make("input", { class: "kb-control kb-jump", list: list.id, placeholder: "查找答主", "aria-label": "查找答主", autocomplete: "off", enterkeyhint: "go" });
    const jump = (/** @type {boolean} */ guess) => {
      const wanted = field.value.trim().toLowerCase();
      if (!wanted) return;
      const name = [...known.keys()].find((one) => one.toLowerCase() === wanted) ?? (guess ? [...known.keys()].find((one) => one.toLowerCase().includes(wanted)) : undefined);
      if (name) {
        field.value = "";
        if (row.classList.contains("kb-lifted")) lift(false);
        goTo(/** @type {HTMLElement} */ (known.get(name)));
      } else if (guess) {
        status.firstChild.data = `没有名字里有“${field.value.trim()}”的答主`;
        field.setCustomValidity(status.firstChild.data);
        field.reportValidity(); // beside the field, wherever one has scrolled to
      }
    };
    field.addEventListener("input", () => field.setCustomValidity(""));
    field.addEventListener("change", () => jump(false));
    field.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      jump(true);
    });
    return [field, list];
  }

  // --- place ----------------------------------------------------------------------------------------------------

  /** The answer at the upper third of the window. @returns {HTMLElement | null} */
  function inView() {
    const box = /** @type {HTMLElement} */ (overview).getBoundingClientRect();
    const at = document.elementFromPoint(box.left + box.width / 2, innerHeight / 3);
    return /** @type {HTMLElement | null} */ (at?.closest(".kb-passage[data-order]") ?? null);
  }

  /** Go to a part of the page. @param {Element} part @param {number} inside pixels further down */
  function arrive(part, inside = 0) {
    part.scrollIntoView();
    hold(part, part.getBoundingClientRect().top - inside);
  }

  /** Show an answer whatever the filter says, and write down that one is there. @param {HTMLElement} answer */
  function goTo(answer) {
    reveal(answer);
    arrive(answer);
    const heading = answer.querySelector("h2");
    heading?.setAttribute("tabindex", "-1");
    heading?.focus({ preventScroll: true });
    writePlace(answer);
  }

  /** @param {HTMLElement} answer */
  function reveal(answer) {
    if (answer.hidden) {
      Object.assign(settings, { theme: "", only: false });
      apply(false);
      answer.querySelector(":scope > .kb-passage-meta")?.after(cancelled);
    }
    fold(answer, false);
  }

  function writeSettings() {
    const url = new URL(location.href);
    const values = { theme: settings.theme, only: settings.only ? "1" : "", order: settings.order, open: settings.open ? "1" : "" };
    for (const [name, value] of Object.entries(values)) {
      if (value) url.searchParams.set(name, value);
      else url.searchParams.delete(name);
    }
    write(url);
  }

  /** @param {HTMLElement | null} answer */
  function writePlace(answer) {
    const url = new URL(location.href);
    url.hash = answer?.id ?? "";
    write(url, { ...history.state, inside: answer ? Math.round(line() - answer.getBoundingClientRect().top) : 0 });
    place.dataset.place = answer ? `${visible().indexOf(answer) + 1} / ${visible().length}` : "";
    // Coming back, the answer is gone to; what a browser remembers is a height, from another order perhaps.
    history.scrollRestoration = answer ? "manual" : "auto";
  }

  function followPlace() {
    let timer = 0;
    addEventListener("scroll", () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const reading = goneTo() ?? inView();
        if (reading) writePlace(reading);
        else if (visible()[0]?.getBoundingClientRect().top > innerHeight / 3) writePlace(null);
      }, PAUSE);
    }, { passive: true });
  }

  /** The answer in which the address lies. @returns {HTMLElement | null} */
  function inAddress() {
    return target()?.closest(".kb-passage[data-order]") ?? null;
  }

  /** That answer if it stands where one is led to, however short: the next may reach the upper third of the window. */
  function goneTo() {
    const answer = inAddress();
    return answer && Math.abs(answer.getBoundingClientRect().top - line()) < NEAR ? answer : null;
  }

  /** How far below the window's upper edge a target stands. */
  const line = () => parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0;

  function toTarget() {
    const answer = inAddress();
    if (!answer) return;
    reveal(answer);
    // Who comes back goes on where the reading stopped.
    arrive(/** @type {Element} */ (target()), history.state?.inside);
  }

  /** @param {number} step */
  function go(step) {
    const list = visible();
    const edge = line();
    const tops = list.map((answer) => Math.round(answer.getBoundingClientRect().top - edge));
    const here = list.findIndex((answer) => answer.contains(document.activeElement));
    // Where the focus is in sight it tells where one is, else the place of the window.
    const seen = here >= 0 && Math.abs(tops[here]) < NEAR;
    const next = step > 0 ? tops.findIndex((top) => top >= NEAR) : tops.filter((top) => top <= -NEAR).length - 1;
    const index = seen ? here + step : next;
    if (list[index]) goTo(list[index]);
  }

  function answerKeys() {
    addEventListener("keydown", (event) => {
      if (event.defaultPrevented || event.isComposing || modified(event)) return;
      if (event.key !== "j" && event.key !== "k") return;
      const focused = event.target instanceof Element ? event.target : null;
      // Not in fields; but a choice keeps the focus, and none of its options begins with a letter.
      if (focused?.closest("input, textarea, dialog, [contenteditable]") || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      go(event.key === "j" ? 1 : -1);
    });
  }

  // --- the strip ------------------------------------------------------------------------------------------------

  /** A theme that can be switched on and off. @param {HTMLElement} made @param {string} slug */
  function toggle(made, slug) {
    made.dataset.theme = slug;
    made.setAttribute("aria-pressed", "false");
    made.addEventListener("click", () => set({ theme: settings.theme === slug ? "" : slug }));
  }

  /**
   * One stop of the keyboard; the arrows go from part to part.
   * @param {Element} bar @param {HTMLElement[]} parts
   */
  function oneStop(bar, parts) {
    const stopAt = (/** @type {EventTarget | null} */ stop) => parts.forEach((part) => (part.tabIndex = part === stop ? 0 : -1));
    stopAt(parts[0]);
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", "按主题筛选，左右键选择");
    bar.addEventListener("focusin", (event) => stopAt(event.target));
    bar.addEventListener("keydown", (event) => {
      const seen = parts.filter((part) => part.offsetParent);
      const here = seen.indexOf(/** @type {any} */ (document.activeElement));
      const to = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: seen.length - 1 }[event.key];
      if (to === undefined || here < 0) return;
      event.preventDefault();
      seen[(to + seen.length) % seen.length].focus();
    });
  }

  /** @param {HTMLElement} strip */
  function buildStrip(strip) {
    const parts = segments.map((segment) => {
      const slug = segment.dataset.theme ?? "";
      const part = make("button", { type: "button", class: segment.className, style: segment.getAttribute("style") ?? "", title: segment.title });
      toggle(part, slug);
      segment.replaceWith(part);
      return part;
    });
    strip.removeAttribute("aria-hidden");
    oneStop(strip, parts);
  }

  /** The names under the strip become switches; without scripts they are links to the themes. @param {Element} legend */
  function buildLegend(legend) {
    const made = [...names].map(([slug, name], i) => {
      const family = segments[i].className;
      const chip = make("button", { type: "button", class: `kb-switch ${family}` }, make("span", {}, name), " ");
      if (i >= FEW) chip.classList.add("kb-more-themes");
      toggle(chip, slug);
      return chip;
    });
    const more = button("kb-control kb-more", `还有 ${made.length - FEW} 个主题`, () => {
      legend.classList.add("kb-all-themes");
      made[FEW]?.focus();
      more.remove();
    });
    const parts = made.length > FEW ? [...made, more] : made;
    legend.replaceChildren(...parts);
    oneStop(legend, parts);
    if (!made.slice(0, FEW).some((chip) => chip.dataset.theme === settings.theme) && settings.theme) legend.classList.add("kb-all-themes");
  }

  const row = make("div", { class: "kb-controls", role: "group", "aria-label": "筛选与排序" });

  function build() {
    const strip = overview?.querySelector(".kb-strip");
    const legend = overview?.querySelector(".kb-legend");
    if (legend) buildLegend(legend);
    legend?.after(onward);
    if (strip) buildStrip(/** @type {HTMLElement} */ (strip));
    const both = make("span", { class: "kb-both", role: "group", "aria-label": "看哪些" }, all, some);
    row.append(both, ...(names.size ? [themes] : []), order, unfold, ...jumpField());
    overview?.after(make("div", { class: "kb-stay" }, row, bar), nothing);
    status.title = "键盘：j 下一个，k 上一个";
    showLifted();
    row.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && row.classList.contains("kb-lifted")) lift(false);
    });
    document.documentElement.classList.add("kb-reading");
  }

  /** Below the title, the line that stays says whose answers these are. */
  function followTitle() {
    const title = document.querySelector("h1");
    const past = (/** @type {IntersectionObserverEntry[]} */ seen) => bar.classList.toggle("kb-past-title", !seen[seen.length - 1].isIntersecting);
    if (title) new IntersectionObserver(past).observe(title);
  }

  build();
  followTitle();
  prepareFolds();
  foldAll();
  apply(settings.order !== "");
  toTarget();
  // Who comes for the answers on a theme wants those, unless coming back.
  if (settings.theme && !location.hash && !history.state) row.scrollIntoView();
  addEventListener("popstate", () => {
    const before = { ...settings };
    Object.assign(settings, readSettings());
    const changed = (/** @type {(keyof typeof settings)[]} */ ...parts) => parts.some((part) => settings[part] !== before[part]);
    if (changed("theme", "only", "order")) apply(changed("order"));
    if (changed("open")) foldAll();
    // Where more than the fragment differs, not every browser fires the event below.
    if (changed("theme", "only", "order", "open")) toTarget();
  });
  addEventListener("hashchange", toTarget);
  followPlace();
  answerKeys();
})();
