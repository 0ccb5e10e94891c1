/**
 * 怎样引用: fills in the day and the page's address, copies with one click, prints the page or one passage.
 * Without this script the citations are plain text to select. A classic script.
 */
"use strict";
(function () {
  const { make, button, copyButton } = globalThis.kbPage;
  const citations = document.querySelectorAll("[data-cite]");
  if (!citations.length) return;
  const canonical = document.querySelector('link[rel="canonical"]');
  const here = canonical instanceof HTMLLinkElement ? canonical.href : decodeURI(location.href.replace(/[?#].*$/, ""));
  const now = new Date();
  const today = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((n) => String(n).padStart(2, "0")).join("-");

  for (const place of document.querySelectorAll("[data-here]")) place.textContent = here;
  for (const citation of citations) {
    // Only the last place for the address: a title may hold the same words.
    const text = citation.textContent;
    const day = text.lastIndexOf("引用日期");
    const dated = day < 0 ? text : text.slice(0, day) + today + text.slice(day + 4);
    const at = dated.lastIndexOf("本页地址");
    citation.textContent = at < 0 ? dated : dated.slice(0, at) + here + dated.slice(at + 4);
    const copy = copyButton("kb-button", "复制", () => citation.textContent);
    copy.setAttribute("aria-label", `复制 ${citation.previousElementSibling?.textContent ?? "引用"}`);
    citation.after(copy);
  }

  // Printing: the whole page, or the passage that the reader came or jumped to.
  const section = citations[0].closest(".kb-cite");
  const one = button("kb-button", "", () => {
    const passage = target();
    if (!passage) return;
    passage.classList.add("kb-print-this");
    document.body.classList.add("kb-print-one");
    window.print();
    document.body.classList.remove("kb-print-one");
    passage.classList.remove("kb-print-this");
  });
  const target = () => document.querySelector(".kb-passage:target");
  const offer = () => {
    const name = target()?.querySelector(":scope > h2")?.textContent?.trim();
    one.hidden = !target();
    one.textContent = name ? `只打印“${name}”` : "只打印这一段";
  };
  section?.append(make("p", {}, button("kb-button", "打印全文", () => window.print()), " ", one));
  addEventListener("hashchange", offer);
  addEventListener("load", offer); // only then a browser has gone to the address's passage
  offer();
})();
