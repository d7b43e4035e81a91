// What Streamlit's page lacks: its words in the reader's language; one entry of the browser's history for each act of a person; a notification when a run
// ends, where it was asked for; a cookie that remembers that the tour was ended; lists in the navigation that a screen
// reader can read; and a full screen for the slides.
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

  // Streamlit's own words, in its own elements only.
  const OWN = '[data-testid="stFileUploaderDropzone"] button, [data-testid="stSelectbox"] [data-baseweb="select"], [data-testid="stStatusWidget"], [data-testid="stMainMenuPopover"], ' +
    '[data-testid="stMainMenuList"], [data-testid="stTooltipContent"], [data-testid="stSelectboxVirtualDropdown"], [role="listbox"]';
  const speak = () => {
    const told = document.querySelector("[data-language]");
    if (!told) return;
    if (document.documentElement.lang !== told.dataset.language) document.documentElement.lang = told.dataset.language;
    const words = JSON.parse(told.dataset.words);
    for (const place of Object.keys(words).length ? document.querySelectorAll(OWN) : []) {
      const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const ours = words[texts.currentNode.nodeValue.trim()];
        if (ours) texts.currentNode.nodeValue = ours;
      }
    }
  };
  new MutationObserver(speak).observe(document, { childList: true, subtree: true });

  const mendNavigation = () => {
    for (const list of document.querySelectorAll('[data-testid="stSidebarNavItems"]:has(> div)')) {
      list.setAttribute("role", "presentation");
      for (const group of list.querySelectorAll(":scope > div")) group.setAttribute("role", "list");
    }
  };

  const fillScreen = () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen().catch(() => {});
  };

  const isTyping = (place) => place.closest("input, textarea, [contenteditable=true]") !== null;

  new MutationObserver(mendNavigation).observe(document.documentElement, { childList: true, subtree: true });
  document.addEventListener("keydown", (event) => {
    const isAlone = !(event.ctrlKey || event.metaKey || event.altKey || event.repeat);
    if (isAlone && event.key.toLowerCase() === "f" && !isTyping(event.target) && document.querySelector(".st-key-slide")) fillScreen();
  });
  document.addEventListener("click", (event) => {
    if (event.isTrusted && event.target.closest(".st-key-full-screen button")) fillScreen();
  });
})();
