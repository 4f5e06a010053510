// Draws the charts of a page in its own colours; each stands above its numbers as a table.
const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const draw = async () => {
  const ink = style("--ink"), quiet = style("--quiet"), line = style("--line");
  const config = {
    background: null, font: getComputedStyle(document.body).fontFamily,
    axis: { labelColor: quiet, titleColor: quiet, gridColor: line, domainColor: line, tickColor: line },
    legend: { labelColor: ink, titleColor: quiet }, title: { color: ink },
    view: { stroke: null }, range: { category: [style("--accent"), style("--watch"), style("--good"), style("--bad"), quiet] },
    text: { color: ink },
  };
  for (const figure of document.querySelectorAll("figure.chart")) {
    const spec = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
    const place = figure.querySelector(".drawing");
    await window.vegaEmbed(place, spec, { actions: false, renderer: "svg", config, ast: false });
    const drawn = place.querySelector("svg");
    if (drawn) { drawn.setAttribute("role", "img"); drawn.setAttribute("aria-label", figure.dataset.label); }
  }
};

draw();
document.addEventListener("themechange", draw);
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
