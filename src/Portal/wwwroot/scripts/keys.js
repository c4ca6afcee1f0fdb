// Keys. A link or button says its own key in aria-keyshortcuts; the row that is focused or open comes before the page. Single letters can be turned off.
const placesByKey = { n: "now", r: "runs", l: "logs", t: "notices", c: "sources" };
const sequenceMilliseconds = 1500;
const lettersOff = "obs-letters-off";
let afterG = false;

const areLettersOn = () => { try { return localStorage.getItem(lettersOff) === null; } catch { return true; } };
const lettersBox = select("#letters");
if (lettersBox) {
  lettersBox.checked = areLettersOn();
  lettersBox.addEventListener("change", () => { if (lettersBox.checked) localStorage.removeItem(lettersOff); else localStorage.setItem(lettersOff, "1"); });
}

const listed = () => all("details[data-key] > summary, [data-row]").filter(row => row.offsetParent !== null);
function move(by) {
  const items = listed();
  if (items.length === 0) return;
  const index = items.findIndex(row => row === document.activeElement || row.parentElement.matches("details") && row.parentElement.contains(document.activeElement));
  items[Math.max(0, Math.min(items.length - 1, index < 0 ? 0 : index + by))].focus();
}
function moveInCells(by) {
  const row = document.activeElement.closest?.("tr");
  const cells = row ? all(".hist > a", row) : [];
  if (cells.length === 0) return false;
  const index = cells.indexOf(document.activeElement);
  const next = index < 0 ? cells.length - 1 : index + by;
  if (next >= cells.length) select("[data-row]", row).focus(); else cells[Math.max(0, next)].focus();
  return true;
}
function closeInnermost() {
  const focused = document.activeElement.closest?.("details[open]");
  const row = focused ?? select("details[data-key][open]");
  if (row) { row.open = false; select("summary", row).focus(); return; }
  const back = select("a[data-close]");
  if (back) location.href = back.href;
}
const currentRow = () => document.activeElement.closest?.("details[data-key]") ?? select("details[data-key][open]");
function press(key) {
  const row = currentRow();
  const target = (row && select(`[aria-keyshortcuts="${key}"]`, row)) ?? all(`[aria-keyshortcuts="${key}"]`).find(element => !element.closest("details[data-key]"));
  if (!target) return false;
  // A heading or a list is gone to, a link or button is pressed.
  if (target.matches("a, button")) target.click(); else { target.scrollIntoView({ block: "start" }); target.focus(); }
  return true;
}
function nextFailedStep() {
  const failed = all(".steps tr.bad");
  if (failed.length === 0) return;
  const next = failed[(failed.indexOf(document.activeElement) + 1) % failed.length];
  next.focus();
}
const environmentOfRow = () => (document.activeElement.closest?.("[data-environment]") ?? currentRow()?.closest("[data-environment]"))?.dataset.environment;
function onlyThisEnvironment() {
  const name = environmentOfRow();
  if (!name) return;
  const address = new URL(location.href);
  address.searchParams.set("environment", name);
  location.href = address;
}
const search = () => (select("textarea[name=query]") ?? select(".search input")).focus();
const actions = {
  "/": search, "?": () => select("#keys").showModal(),
  g: () => { afterG = true; setTimeout(() => { afterG = false; }, sequenceMilliseconds); },
  j: () => move(1), k: () => move(-1), z: switchZone, y: () => copy(location.href, null), e: onlyThisEnvironment, n: nextFailedStep,
};
document.addEventListener("keydown", event => {
  const typing = event.target.matches?.("input:not([type=checkbox]), textarea, select");
  // A browser would empty a search field; what was typed stays.
  if (event.key === "Escape") { if (typing) { event.preventDefault(); event.target.blur(); } else if (!select("dialog[open]")) closeInnermost(); return; }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && typing) { event.target.form?.requestSubmit(); return; }
  if (typing || event.ctrlKey || event.metaKey || event.altKey || select("dialog[open]")) return;
  if (event.key === "ArrowLeft" || event.key === "ArrowRight") { if (moveInCells(event.key === "ArrowLeft" ? -1 : 1)) event.preventDefault(); return; }
  // The list of keys can always be asked for: it holds the switch that turns them on again.
  if (!areLettersOn() && event.key !== "?") return;
  if (afterG) { afterG = false; const place = placesByKey[event.key]; if (place) { event.preventDefault(); select(`.nav a[data-place=${place}]`).click(); } return; }
  if (/^[0-5]$/.test(event.key)) { event.preventDefault(); all(".envs a")[Number(event.key)]?.click(); return; }
  if (/^[a-z[\]]$/.test(event.key) && press(event.key)) { event.preventDefault(); return; }
  const action = actions[event.key];
  if (action) { event.preventDefault(); action(); }
});
