// Live: new lines as they are written, over Loki's own tail. They go above what is shown. As soon as somebody reads (has scrolled down, opened a line, chosen
// text), they wait in a pill, because what is under the eye never moves.
const drawnAtOnce = 100;    // of one message; more in a second cannot be read, so the newest are drawn and the others are counted
const drawnAtMost = 500;    // the oldest of them leave: a page that is left open over night stays light
const reconnectSeconds = 3;
const reconnectsAtMost = 20; // a minute, without a line in between: a server that restarts is back by then
const toggle = select("[data-tail]");
const tailPill = select("#tail-new");
const tailList = select(".lines");
let [socket, heldLines, heldCount, newestTold, failures, toldSince] = [null, [], 0, 0n, 0, 0];

const levelOf = labels => ({ fatal: "critical", critical: "critical", error: "error", warn: "warning", warning: "warning" })[labels.level] ?? "info";
const plateOf = name => name === "prod" ? "prod" : name === "dev" || name === "local" ? "dev" : name === "unknown" ? "unknown" : name.startsWith("pr-") ? "pr" : "staging";
const quoted = text => `"${text.replace(/\\/g, "\\\\").replace(/"/g, "\\\"").replace(/\n/g, "\\n")}"`;
function contextOf(labels, time) {
  const names = ["environment", "source", "pipeline", "service_name"].filter(name => labels[name]);
  const address = new URL("/logs", location.href);
  address.searchParams.set("query", `{${names.map(name => `${name}=${quoted(labels[name])}`).join(", ")}}`);
  address.searchParams.set("around", time);
  return address.href;
}
const milliseconds = time => `.${String(time / 1000000n % 1000n).padStart(3, "0")}`;

// The shape of a line that the server draws, filled here.
function drawn({ time, labels, text }) {
  const row = select("#tail-line").content.firstElementChild.cloneNode(true);
  const [level, at] = [levelOf(labels), new Date(Number(time / 1000000n))];
  const line = select(".ln", row);
  if (level !== "info") line.classList.add(level === "warning" ? "w" : "e");
  const fraction = Object.assign(document.createElement("span"), { className: "ms", textContent: milliseconds(time) });
  select(".ts", row).append(clock(at).split(" ")[0], fraction);
  select("svg", row).setAttribute("aria-label", level);
  select("use", row).setAttribute("href", `#s-${level}`);
  const environment = labels.environment || "unknown";
  if (tailList.classList.contains("many") || select(".tailbar .plate")?.textContent !== environment) select(".src", row).append(Object.assign(document.createElement("span"), { className: `plate sm ${plateOf(environment)}`, textContent: environment }));
  select(".src", row).append([labels.source, labels.pipeline || labels.service_name].filter(Boolean).join("/"));
  select(".m", row).textContent = text;
  const facts = { ...labels, time: `${at.toISOString().slice(0, 19)}.${String(time % 1000000000n).padStart(9, "0")}Z` };
  for (const [name, value] of Object.entries(facts)) select("dl", row).append(Object.assign(document.createElement("dt"), { textContent: name }), Object.assign(document.createElement("dd"), { textContent: value }));
  select(".acts a", row).href = contextOf(labels, time);
  Object.assign(row.dataset, { key: time, environment, tailed: "" });
  return row;
}
function isReading() {
  const selection = getSelection();
  return tailList.getBoundingClientRect().top < 0 || tailList.contains(document.activeElement) || select("details[open]", tailList) !== null || (!selection.isCollapsed && tailList.contains(selection.anchorNode));
}
function showLines(lines, count) {
  const rows = lines.map(drawn);
  if (count > lines.length) rows.splice(lines.length, 0, Object.assign(document.createElement("p"), { className: "gap", textContent: `${count - lines.length} more lines were written here, too many to read` }));
  if (count > lines.length) rows.at(-1).dataset.tailed = "";
  tailList.prepend(...rows);
  for (const row of all("[data-tailed]", tailList).slice(drawnAtMost)) row.remove();
}
function receiveLines(message) {
  const lines = (JSON.parse(message).streams ?? []).flatMap(({ stream, values }) => values.map(([time, text]) => ({ time: BigInt(time), labels: stream, text })));
  if (lines.length === 0) return;
  failures = 0;
  lines.sort((a, b) => a.time < b.time ? 1 : a.time > b.time ? -1 : 0);
  if (lines[0].time > newestTold) newestTold = lines[0].time;
  toldSince += lines.length;
  tellLive(`${toldSince} new since ${clock(new Date(Number(BigInt(toggle.dataset.since) / 1000000n)))}`);
  if (!isReading()) { showLines(lines.slice(0, drawnAtOnce), lines.length); return; }
  heldLines = [...lines, ...heldLines].slice(0, drawnAtOnce);
  heldCount += lines.length;
  tailPill.hidden = false;
  tailPill.textContent = `${heldCount} new, show`;
  say(`${heldCount} new ${heldCount === 1 ? "line" : "lines"}`);
}
function showHeld() {
  const [lines, count] = [heldLines, heldCount];
  [heldLines, heldCount, tailPill.hidden] = [[], 0, true];
  showLines(lines, count);
  tailList.closest(".panel").scrollIntoView({ block: "start" });
  select("summary", tailList)?.focus({ preventScroll: true });
  // The focus in the list would hold back all that follow.
  document.activeElement.blur();
}
const tellLive = text => { select("#tail-said").textContent = text; };
function follow() {
  const address = new URL("/loki/api/v1/tail", location.href);
  address.protocol = address.protocol.replace("http", "ws");
  address.searchParams.set("query", toggle.dataset.tail);
  address.searchParams.set("start", newestTold > 0n ? newestTold + 1n : toggle.dataset.since);
  address.searchParams.set("limit", String(drawnAtOnce));
  const opened = socket = new WebSocket(address);
  opened.onopen = () => { if (toldSince === 0) tellLive("Waiting for the first new line"); };
  opened.onmessage = event => { if (opened === socket) receiveLines(event.data); };
  opened.onclose = event => {
    if (opened !== socket) return;
    if (++failures <= reconnectsAtMost) { tellLive(`Not live since ${clock(new Date())}, connecting again`); setTimeout(() => { if (opened === socket) follow(); }, reconnectSeconds * 1000); return; }
    setLive(false);
    tellLive(`Not live since ${clock(new Date())}: ${event.reason || "the server takes no more"}. Press Live to try again.`);
  };
}
function setLive(isLive) {
  toggle.setAttribute("aria-pressed", isLive);
  const closing = socket;
  socket = null;
  closing?.close();
  if (isLive) { failures = 0; follow(); }
  else tellLive(toldSince > 0 ? "Not live any more" : "");
}
if (toggle) {
  toggle.hidden = false;
  toggle.addEventListener("click", () => setLive(toggle.getAttribute("aria-pressed") !== "true"));
  tailPill.addEventListener("click", showHeld);
}
