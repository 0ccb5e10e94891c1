/**
 * Pictures of a text, larger: a click or Enter shows one in a dialog, the arrow keys its neighbours.
 * Without this script a picture is a picture. A classic script.
 */
"use strict";
(function () {
  const { make, button, modified } = globalThis.kbPage;
  const pictures = [...document.querySelectorAll(".md-content figure > img, .md-content figure > a > img")];
  if (!pictures.length || typeof HTMLDialogElement === "undefined") return;
  let shown = 0;

  const large = make("img");
  const caption = make("span", { "aria-live": "polite" });
  const original = make("a", { rel: "noreferrer" }, "打开原图");
  const close = button("", "关闭", () => dialog.close());
  const dialog = make("dialog", { class: "kb-lightbox md-typeset", "aria-label": "图片" }, large, make("p", {}, caption, " ", original), close);

  /** @param {number} index */
  function show(index) {
    shown = index;
    const picture = pictures[shown];
    large.hidden = false;
    large.src = picture.currentSrc || picture.src;
    large.alt = picture.alt || "文中的图片";
    caption.textContent = picture.closest("figure")?.querySelector("figcaption")?.textContent ?? "";
    original.href = picture.closest("a")?.href || picture.dataset.original || picture.src;
    if (!dialog.isConnected) document.body.append(dialog); // outside the text, whose pictures give way to a link where they fail
    if (!dialog.open) dialog.showModal();
  }

  /** To the next picture that the text still has. @param {number} step */
  function go(step) {
    const at = (/** @type {number} */ index) => (index + pictures.length) % pictures.length;
    let next = at(shown + step);
    while (next !== shown && !pictures[next].isConnected) next = at(next + step);
    show(next);
  }

  large.addEventListener("error", () => {
    large.hidden = true;
    caption.textContent = ["这张图片没有载入", caption.textContent].filter(Boolean).join("：");
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target === large) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) go(step);
  });

  for (const [index, picture] of pictures.entries()) {
    const opener = picture.closest("a") || picture;
    if (opener === picture) {
      picture.tabIndex = 0;
      picture.setAttribute("role", "button");
      if (!picture.alt) picture.removeAttribute("alt"); // empty it would say: no part of the page
    }
    picture.classList.add("kb-zooms");
    opener.setAttribute("aria-label", `放大：${picture.alt || "文中的图片"}`);
    const open = (event) => {
      if (modified(event)) return;
      event.preventDefault();
      show(index);
    };
    opener.addEventListener("click", open);
    if (opener === picture) picture.addEventListener("keydown", (event) => [" ", "Enter"].includes(event.key) && open(event));
  }
})();
