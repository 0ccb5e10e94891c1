/**
 * Small helps for readers; every page is complete without them.
 * A classic script in one namespace, so that it also runs from file://.
 */
"use strict";
(function () {
  const LOOKS = 10; // frames in which what comes near the window gets its height

  /** @type {Element | undefined} */
  let held;

  /**
   * Put a part of the page so far below the window's upper edge, and keep it there while what comes near the window
   * gets its height: Safari does not, and Firefox not always. Ends when the reader does something.
   * @param {Element} part @param {number} top
   */
  globalThis.kbHold = (part, top) => {
    let left = LOOKS;
    const look = () => {
      if (held !== part || !part.isConnected) return;
      scrollBy(0, part.getBoundingClientRect().top - top);
      if (left-- > 0) requestAnimationFrame(look);
    };
    held = part;
    look();
  };
  for (const kind of ["wheel", "touchstart", "pointerdown", "keydown"]) {
    addEventListener(kind, () => (held = undefined), { capture: true, passive: true });
  }

  /** Say in place of a picture that it failed, and lead to the original. @param {HTMLImageElement} image */
  function replaceFailed(image) {
    if (image.classList.contains("kb-inline")) return;
    const note = document.createElement("a");
    note.className = "kb-missing";
    const { original, gone } = image.dataset; // written by `kb build` where `kb images` was used
    note.href = original || image.src;
    note.rel = "noreferrer";
    const what = gone ? `图片在 ${gone} 已经取不到了` : "图片没有载入";
    note.textContent = image.alt ? `${what}：${image.alt}。点此打开原图` : `${what}，点此打开原图`;
    const link = image.closest("a");
    (link || image).replaceWith(note);
  }

  document.addEventListener(
    "error",
    (event) => {
      if (event.target instanceof HTMLImageElement && event.target.closest(".md-content")) replaceFailed(event.target);
    },
    true,
  );
  // Pictures that failed before this script ran.
  for (const image of document.querySelectorAll(".md-content img")) {
    if (image instanceof HTMLImageElement && image.complete && image.currentSrc && image.naturalWidth === 0) replaceFailed(image);
  }
})();
