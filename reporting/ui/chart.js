// Draws a plotly figure and, when another one comes, changes it in place. Streamlit's own chart is taken off and
// drawn twice anew for each figure. Plotly itself is the one that Streamlit brings.
const figures = new WeakMap(); // box → the figure it shows, as text
const widths = new WeakMap(); // box → how wide it was drawn
let loading;

function plotly(address) {
  loading ??= import(new URL(address, document.baseURI)).then(() => window.Plotly);
  loading.catch(() => { loading = undefined; }); // the next figure tries again
  return loading;
}

// Plotly squeezes margins that do not fit, and keeps them so when there is room again: then it begins anew.
async function whole(box) {
  if (!figures.has(box)) return; // the reader went on meanwhile
  const { l = 0, r = 0 } = box.layout.margin ?? {}; // those of _fullLayout are squeezed
  const size = box._fullLayout._size;
  if (size.l < l || size.r < r) await window.Plotly.newPlot(box, box.data, box.layout, box._context);
}

// The sidebar closes over many frames; one drawing at its end is enough.
let rest;
const resized = new ResizeObserver(() => {
  clearTimeout(rest);
  rest = setTimeout(() => {
    for (const box of document.querySelectorAll('.chart[data-drawn="true"]')) {
      if (!box.clientWidth || box.clientWidth === widths.get(box)) continue;
      widths.set(box, box.clientWidth);
      window.Plotly.Plots.resize(box).then(() => whole(box));
    }
  }, 100);
});

// Paper is narrower than most screens, and a chart in pixels does not shrink by itself.
const PAPER = 660;
function fit(width) {
  for (const box of document.querySelectorAll('.chart[data-drawn="true"]')) {
    box.style.width = width;
    window.Plotly.Plots.resize(box);
  }
}
window.addEventListener("beforeprint", () => fit(`${PAPER}px`));
window.addEventListener("afterprint", () => fit(""));

// Charts further down are drawn when those on the screen are.
const later = window.requestIdleCallback ?? ((call) => setTimeout(call, 50));
const isSeen = (box) => {
  const { top, bottom } = box.getBoundingClientRect();
  return bottom > 0 && top < window.innerHeight;
};

async function draw(box, text, { data, layout }, address, config) {
  try {
    const Plotly = await plotly(address);
    if (figures.get(box) !== text) return; // another one came meanwhile, or the chart is gone
    if (box.dataset.drawn === "failed") box.textContent = "";
    widths.set(box, box.clientWidth);
    await Plotly.react(box, data, layout, config);
    await whole(box);
    if (figures.get(box) !== text) return;
    resized.observe(box);
    box.dataset.drawn = "true";
  } catch (error) {
    if (figures.get(box) !== text) return;
    console.error(error);
    box.textContent = "This chart could not be drawn. Its numbers are under “About this chart”.";
    box.dataset.drawn = "failed";
  }
}

export default function ({ data, parentElement }) {
  let box = parentElement.querySelector(".chart");
  if (!box) {
    box = document.createElement("div");
    box.className = "chart";
    box.setAttribute("role", "figure");
    parentElement.append(box);
  }
  box.setAttribute("aria-label", data.alt);
  if (figures.get(box) !== data.figure) {
    figures.set(box, data.figure);
    if (box.dataset.drawn !== "failed") box.dataset.drawn = "false";
    const figure = JSON.parse(data.figure);
    box.style.height = `${figure.layout.height}px`; // keeps its place until it is drawn
    const now = () => draw(box, data.figure, figure, data.plotly, data.config);
    requestAnimationFrame(() => (isSeen(box) ? now() : later(now)));
  }
  return () => {
    figures.delete(box);
    resized.unobserve(box);
    window.Plotly?.purge(box);
  };
}
