// The histogram: a drag over it narrows the time to whole bars. Each bar is a link as well, and links below walk in time, so nothing needs a drag.
const dragPixels = 5;
const chart = select("[data-brush]");
if (chart) {
  const bars = Number(chart.dataset.bars);
  const [chartStart, chartEnd] = [Number(chart.dataset.start), Number(chart.dataset.end)];
  const shade = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  let dragged = null;
  let dragEnded = 0;

  const placeOf = event => {
    const box = chart.getBoundingClientRect();
    return Math.max(0, Math.min(0.999999, (event.clientX - box.left) / box.width)) * bars;
  };
  const chosen = () => [Math.floor(Math.min(dragged.from, dragged.to)), Math.floor(Math.max(dragged.from, dragged.to)) + 1];
  const timeOf = bar => Math.round(chartStart + (chartEnd - chartStart) * bar / bars);
  function forget() { dragged = null; shade.remove(); }

  shade.setAttribute("class", "shade");
  shade.setAttribute("y", "0");
  shade.setAttribute("height", "104");
  chart.addEventListener("pointerdown", event => {
    if (event.button === 0) dragged = { x: event.clientX, from: placeOf(event), to: placeOf(event), isDrag: false };
  });
  // On the whole document: a drag that leaves the chart goes on.
  document.addEventListener("pointermove", event => {
    // A button that was let go outside of the window is not told.
    if (dragged && event.buttons === 0) forget();
    if (!dragged) return;
    dragged.to = placeOf(event);
    dragged.isDrag ||= Math.abs(event.clientX - dragged.x) >= dragPixels;
    if (!dragged.isDrag) return;
    const [first, last] = chosen();
    shade.setAttribute("x", first * 1000 / bars);
    shade.setAttribute("width", (last - first) * 1000 / bars);
    if (!shade.isConnected) chart.append(shade);
    getSelection().removeAllRanges();
  });
  document.addEventListener("pointerup", () => {
    if (!dragged?.isDrag) { dragged = null; return; }
    const [first, last] = chosen();
    dragEnded = performance.now();
    forget();
    const address = new URL(chart.dataset.brush, location.href);
    address.searchParams.set("start", timeOf(first));
    address.searchParams.set("end", timeOf(last));
    location.href = address;
  });
  document.addEventListener("pointercancel", forget);
  document.addEventListener("keydown", event => { if (event.key === "Escape" && dragged) forget(); });
  // A bar is a link: without this the browser would carry it away, or follow it where the drag ends.
  chart.addEventListener("dragstart", event => event.preventDefault());
  chart.addEventListener("click", event => { if (performance.now() - dragEnded < 500) event.preventDefault(); }, true);
}

// Beside the link for the others: with Alt a value is left out.
document.addEventListener("click", event => {
  const value = event.altKey && event.target.closest("a[data-without]");
  if (!value) return;
  event.preventDefault();
  location.href = value.dataset.without;
});
