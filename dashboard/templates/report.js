(() => {
  "use strict";
  const themes = JSON.parse(document.getElementById("themes").textContent);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const PRINTED = 660;
  const TEXTS = new Set(["x", "y", "z", "text", "customdata", "labels", "name", "hovertemplate", "texttemplate",
    "ticktext", "tickvals", "title", "base"]);

  const isTitle = (name, one) => name === "title" && one !== null && typeof one === "object";

  const coloured = (value, swap) => {
    if (typeof value === "string") return swap[value] || value;
    if (Array.isArray(value)) return value.map((one) => coloured(one, swap));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(
      ([name, one]) => [name, TEXTS.has(name) && !isTitle(name, one) ? one : coloured(one, swap)]));
  };

  const template = (theme) => {
    const axis = { gridcolor: theme.line, zerolinecolor: theme.line, linecolor: theme.line, automargin: true,
      title: { standoff: 10, font: { size: 14, color: theme.ink } }, tickfont: { size: 14 } };
    return { layout: { font: { family: getComputedStyle(document.body).fontFamily, size: 14, color: theme.ink },
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", xaxis: axis, yaxis: axis,
      colorway: Object.values(theme.swap).slice(0, 10),
      hoverlabel: { bgcolor: theme.page, bordercolor: theme.line, font: { color: theme.ink } } } };
  };

  const draw = (look, width) => {
    const theme = themes[look];
    for (const place of document.querySelectorAll(".chart")) {
      const told = JSON.parse(document.getElementById(place.dataset.figure).textContent);
      const layout = { ...coloured(told.layout, theme.swap), template: template(theme), autosize: !width };
      if (width) layout.width = width;
      Plotly.react(place, coloured(told.data, theme.swap), layout, { displayModeBar: false, responsive: !width });
    }
  };

  const onScreen = () => draw(dark.matches ? "dark" : "light");
  const onPaper = () => {
    for (const one of document.querySelectorAll("details")) one.open = true;
    draw("light", PRINTED);
  };

  if (location.hash === "#print") {
    onPaper();
  } else {
    onScreen();
    dark.addEventListener("change", onScreen);
    window.addEventListener("beforeprint", onPaper);
    window.addEventListener("afterprint", onScreen);
  }
  const button = document.getElementById("print");
  if (button) button.addEventListener("click", () => window.print());
})();
