// What Streamlit's page lacks: lists in its navigation that a screen reader can read, and a full screen for the slides.
(() => {
  "use strict";

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
