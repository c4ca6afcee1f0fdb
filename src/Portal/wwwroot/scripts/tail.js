// Live: new lines as they are written, drawn by the server as it draws the page's own. They go in by their time, above what is shown. As soon as somebody
// reads (has scrolled down, points at a line, opened one, chose text), they wait in a pill, because what is under the eye never moves.
const drawnAtOnce = 100;                  // as many as the server draws of one message; of those that wait the newest are kept and the others counted
const keptAtMost = 500;                   // the oldest leave: a page that is left open over night stays light
const toldAtMost = 5000;                  // lines known not to be new; five times what the server tells again when a connection was lost
const lateNanoseconds = 10_000_000_000n;  // the server looks as far back for lines that arrive late
const slowestSeconds = 30;
const attemptsAtMost = 20;                // about eight minutes: a server that is restarted or moved is back by then
const steadyMilliseconds = 60000;         // a connection that held for so long was a good one, and the next begins with short waits again
const toggle = select("[data-follow]");
const tailPill = select("#tail-new");
const tailList = select(".lines");
const told = new Set(all(".lines [data-line]").map(row => row.dataset.line));
let [socket, retry, attempts, openedAt, lostAt] = [null, 0, 0, 0, null];
let [held, heldCount, newCount, newestTime] = [[], 0, 0, 0n];

const counted = number => number.toLocaleString("en-GB");
const timeOf = row => BigInt(row.dataset.key.split("-")[0]);
const tellLive = text => { select("#tail-said").textContent = text; };
const tellNew = () => tellLive(newCount > 0 ? `${counted(newCount)} new since ${clock(new Date(Number(toggle.dataset.since)))}` : "Waiting for the first new line");

function isReading() {
  const selection = getSelection();
  const top = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0;
  return tailList.getBoundingClientRect().top < top || tailList.matches(":hover") || tailList.contains(document.activeElement)
    || select("details[open]", tailList) !== null || (!selection.isCollapsed && tailList.contains(selection.anchorNode));
}
function receiveLines(message) {
  const { lines } = JSON.parse(message);
  const fresh = lines.filter(line => !told.has(line.id));
  if (fresh.length === 0) return;
  for (const { id, time } of fresh) { told.add(id); if (BigInt(time) > newestTime) newestTime = BigInt(time); }
  for (const id of told) { if (told.size <= toldAtMost) break; told.delete(id); }
  newCount += fresh.length;
  heldCount += fresh.length;
  held = [...fresh.filter(line => line.row), ...held].sort((a, b) => a.time < b.time ? 1 : a.time > b.time ? -1 : 0).slice(0, drawnAtOnce);
  if (lostAt && lines.length >= Number(toggle.dataset.full)) say(`More than ${counted(lines.length)} lines were written meanwhile; the newest are counted`, true);
  lostAt = null;
  tellNew();
  advance();
}
function advance(isAsked = false) {
  if (heldCount === 0) return;
  if (!isAsked && isReading()) {
    [tailPill.hidden, tailPill.textContent] = [false, `${counted(heldCount)} new, show`];
    say(`${counted(heldCount)} new ${heldCount === 1 ? "line" : "lines"}`);
    return;
  }
  const [rows, skipped] = [held.map(line => rowOf(line.row)), heldCount - held.length];
  [held, heldCount, tailPill.hidden] = [[], 0, true];
  putLines(rows);
  if (skipped > 0) {
    const gap = Object.assign(document.createElement("p"), { className: "gap", textContent: `${counted(skipped)} more lines were written here, too many to read` });
    if (rows.length > 0) rows.at(-1).after(gap); else tailList.prepend(gap);
  }
  const gone = [...tailList.children].slice(keptAtMost);
  for (const row of gone) row.remove();
  if (gone.length > 0) select("#tail-left").hidden = false;
}
function rowOf(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}
function putLines(rows) {
  const wasEmpty = !select("details", tailList);
  for (const row of rows) {
    const older = all("details", tailList).find(shown => timeOf(shown) <= timeOf(row));
    if (older) older.before(row); else tailList.append(row);
  }
  const isOfMany = new Set(all("details", tailList).map(row => row.dataset.environment)).size > 1;
  if (isOfMany) tailList.classList.add("many");
  if (isOfMany || wasEmpty) select("#tail-from").textContent = isOfMany ? "Lines of several environments" : "";
  // What the page said when there was no line.
  if (wasEmpty) { select(".pg.logs > .note")?.remove(); select("h1").textContent = "New lines"; }
}
function follow() {
  const address = new URL(toggle.dataset.follow, location.href);
  const [first, again] = [BigInt(toggle.dataset.after), newestTime - lateNanoseconds];
  address.protocol = location.protocol.replace("http", "ws");
  address.searchParams.set("after", again > first ? again : first);
  const opened = socket = new WebSocket(address);
  openedAt = 0;
  opened.onopen = () => { if (opened === socket) { openedAt = performance.now(); tellNew(); } };
  opened.onmessage = event => { if (opened === socket) receiveLines(event.data); };
  opened.onclose = event => { if (opened === socket) connectAgain(event.reason); };
}
function connectAgain(reason) {
  if (openedAt && performance.now() - openedAt > steadyMilliseconds) attempts = 0;
  if (openedAt || !lostAt) lostAt = new Date();
  const since = `Not live since ${clock(lostAt)}`;
  if (++attempts > attemptsAtMost) {
    stopLive(`${since}: ${reason || "it does not answer, or follows for as many as it can"}. Press Live to try again`);
    return;
  }
  // Longer and longer, and not all pages at the same moment.
  const seconds = Math.min(slowestSeconds, 2 ** (attempts - 1)) * (0.75 + Math.random() / 2);
  retry = setTimeout(follow, seconds * 1000);
  tellLive(`${since}, connecting again`);
  say(`${since}, connecting again`);
}
function stopLive(text) {
  const closing = socket;
  clearTimeout(retry);
  [socket, attempts, lostAt] = [null, 0, null];
  closing?.close();
  toggle.setAttribute("aria-pressed", "false");
  tellLive(text);
  say(text, true);
}
function switchLive() {
  if (toggle.getAttribute("aria-pressed") === "true") { stopLive(`Not live since ${clock(new Date())}`); return; }
  toggle.setAttribute("aria-pressed", "true");
  follow();
}
if (toggle) {
  toggle.hidden = false;
  toggle.addEventListener("click", switchLive);
  tailPill.addEventListener("click", () => {
    advance(true);
    tailList.closest(".panel").scrollIntoView({ block: "start" });
    // The pill that had the focus is gone; in the list it would hold back all that follow.
    toggle.focus({ preventScroll: true });
  });
  // Whoever stops reading sees what waited.
  setInterval(() => advance(), 1000);
}
