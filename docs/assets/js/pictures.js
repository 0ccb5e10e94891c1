/**
 * Pictures of a text, larger: a click or Enter shows one in a dialog, the arrow keys its neighbours.
 * Without this script a picture is a picture. A classic script.
 */
"use strict";
(function () {
  const pictures = [...document.querySelectorAll(".md-content figure > img, .md-content figure > a > img")];
  if (!pictures.length || typeof HTMLDialogElement === "undefined") return;
  let shown = 0;

  const dialog = document.createElement("dialog");
  dialog.className = "kb-lightbox";
  dialog.setAttribute("aria-label", "图片");
  dialog.innerHTML = '<img alt=""><p><span></span> <a rel="noreferrer">打开原图</a></p><button type="button">关闭</button>';
  const [large, caption, original, close] = ["img", "span", "a", "button"].map((name) => dialog.querySelector(name));

  /** @param {number} index */
  function show(index) {
    const standing = pictures.filter((picture) => picture.isConnected); // those that failed were replaced
    if (!standing.length) return;
    shown = (index + standing.length) % standing.length;
    const picture = standing[shown];
    const text = picture.closest("figure")?.querySelector("figcaption")?.textContent ?? "";
    large.src = picture.currentSrc || picture.src;
    large.alt = picture.alt || "文中的图片";
    caption.textContent = text;
    original.href = picture.closest("a")?.href || picture.dataset.original || picture.src;
    if (!dialog.isConnected) document.querySelector(".md-content").append(dialog);
    if (!dialog.open) dialog.showModal();
  }

  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target === large) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) show(shown + step);
  });

  for (const picture of pictures) {
    const opener = picture.closest("a") || picture;
    if (opener === picture) {
      picture.tabIndex = 0;
      picture.setAttribute("role", "button");
      if (!picture.alt) picture.removeAttribute("alt"); // empty it would say: no part of the page
    }
    picture.classList.add("kb-zooms");
    opener.setAttribute("aria-label", `放大：${picture.alt || "文中的图片"}`);
    const open = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      show(pictures.filter((other) => other.isConnected).indexOf(picture));
    };
    opener.addEventListener("click", open);
    if (opener === picture) picture.addEventListener("keydown", (event) => [" ", "Enter"].includes(event.key) && open(event));
  }
})();
