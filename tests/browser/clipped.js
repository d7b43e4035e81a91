// Texts that are wider or higher than their place: cut by the window, by what they stand in, or by a drawing's edge.
() => {
  const slack = 1.5;
  const width = document.documentElement.clientWidth;
  const found = new Set();
  const shown = (style) => style.visibility !== "hidden" && style.display !== "none" && parseFloat(style.opacity) > 0.05;
  const scrolls = (value) => value === "auto" || value === "scroll";
  const cuts = (value) => value === "hidden" || value === "clip";
  const tell = (node, why) => {
    const place = node.parentElement.closest("[data-testid], [class*='st-key-'], svg");
    const name = place ? place.dataset.testid || String(place.getAttribute("class")).split(" ")[0] : "";
    found.add(`${node.textContent.trim().replace(/\s+/g, " ").slice(0, 60)} [${name}]: ${why}`);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.textContent.trim() || node.parentElement.closest("script, style, noscript, template, title, [aria-hidden=true], .material-icons, [data-testid=stIconMaterial]")) continue;
    if (!node.parentElement.checkVisibility()) continue; // in a closed section, say
    const range = document.createRange();
    range.selectNodeContents(node);
    const boxes = [...range.getClientRects()].filter((box) => box.width > 1 && box.height > 1);
    if (!boxes.length) continue;
    const air = Math.max(...boxes.map((b) => b.height)) * 0.2; // above and below the letters of a line
    const text = { left: Math.min(...boxes.map((b) => b.left)), right: Math.max(...boxes.map((b) => b.right)),
                   top: Math.min(...boxes.map((b) => b.top)) + air, bottom: Math.max(...boxes.map((b) => b.bottom)) - air };
    let hidden = false, across = false, down = false, why = "";
    for (let place = node.parentElement; place && place !== document.documentElement; place = place.parentElement) {
      const style = getComputedStyle(place);
      if (!shown(style)) { hidden = true; break; }
      const box = place.getBoundingClientRect();
      if (box.width <= 1 || box.height <= 1) { if (style.overflow !== "visible") { hidden = true; break; } continue; }
      if (scrolls(style.overflowX)) across = true;
      if (scrolls(style.overflowY)) down = true;
      const isDrawing = place instanceof SVGSVGElement;
      const cutX = cuts(style.overflowX) || isDrawing, cutY = cuts(style.overflowY) || isDrawing;
      if (cutX && !across && (text.left < box.left - slack || text.right > box.right + slack)) why ||= `${Math.round(text.right - text.left)} wide in ${Math.round(box.width)}`;
      if (cutY && !down && (text.top < box.top - slack || text.bottom > box.bottom + slack)) why ||= `${Math.round(text.bottom - text.top)} high in ${Math.round(box.height)}`;
      if (style.position === "fixed") break;
    }
    if (hidden) continue;
    if (!across && (text.left < -slack || text.right > width + slack) && text.right > 0) why ||= `beyond the screen, to ${Math.round(text.right)}`;
    if (why) tell(node, why);
  }
  return [...found];
}
