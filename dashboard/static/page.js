// One entry of the browser's history for each act of a person; a notification when a run ends, where it was asked for;
// and a cookie that remembers that the tour was ended.
(() => {
  "use strict";
  let acted = false;
  for (const kind of ["pointerdown", "keydown", "popstate"]) {
    window.addEventListener(kind, () => { acted = kind !== "popstate"; }, true);
  }
  const push = history.pushState.bind(history);
  const replace = history.replaceState.bind(history);
  history.pushState = (...given) => {
    (acted ? push : replace)(...given);
    acted = false;
  };

  const told = new Set();
  const asking = (target) => target instanceof Element && target.closest(".st-key-notify button");
  document.addEventListener("click", (event) => {
    if (asking(event.target) && "Notification" in window) Notification.requestPermission();
    if (event.target instanceof Element && event.target.closest(".st-key-tour-end button")) {
      document.cookie = "tuneboard_tour=done; max-age=31536000; path=/; samesite=lax";
    }
  }, true);
  const tell = () => {
    for (const mark of document.querySelectorAll("[data-run-ended]")) {
      const said = mark.textContent.trim();
      if (told.has(mark.dataset.runEnded) || !said) continue;
      told.add(mark.dataset.runEnded);
      if ("Notification" in window && Notification.permission === "granted") {
        new Notification("Tuneboard", { body: said, tag: mark.dataset.runEnded });
      }
    }
  };
  new MutationObserver(tell).observe(document, { childList: true, subtree: true });
})();
