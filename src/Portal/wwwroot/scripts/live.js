// The live list: what somebody reads never moves; new rows wait until they are asked for.
const staleMilliseconds = 15000;
const live = select("[data-refresh]");
let waiting = null;
let readAt = Date.now();

async function refresh() {
  if (document.hidden) return;
  const response = await fetch(location.href, { headers: { "X-Refresh": "1" } }).catch(() => null);
  if (!response?.ok) { showAge(); return; }
  const next = new DOMParser().parseFromString(await response.text(), "text/html");
  readAt = Date.now();
  showAge();
  for (const part of all("[data-live]")) {
    const newer = select(`[data-live="${part.dataset.live}"]`, next);
    if (newer && newer.innerHTML !== part.innerHTML && !part.contains(document.activeElement)) part.innerHTML = newer.innerHTML;
  }
  const newLive = select("[data-refresh]", next);
  if (newLive) take(newLive);
}

// On the first run the focus is on the button that copied the command: what the command did is what its reader waits for.
function isRead() {
  const selection = getSelection();
  return (live.contains(document.activeElement) && !select(".first", live)) || (!selection.isCollapsed && live.contains(selection.anchorNode));
}
const rows = root => new Map(all("details[data-key]", root).map(row => [row.dataset.key, row]));
function take(next) {
  const [before, after] = [rows(live), rows(next)];
  if (before.size === 0 && !isRead()) {
    const hadFocus = live.contains(document.activeElement);
    if (next.innerHTML !== live.innerHTML) live.innerHTML = next.innerHTML;
    if (hadFocus) select("summary", live)?.focus();
    offer(live, 0, 0);
    return;
  }
  for (const [key, row] of before) {
    const newer = after.get(key);
    row.classList.toggle("over", !newer);
    for (const cell of newer ? [".du", ".to"] : []) {
      const [old, fresh] = [select(cell, row), select(cell, newer)];
      if (old && fresh && old.innerHTML !== fresh.innerHTML) old.innerHTML = fresh.innerHTML;
    }
  }
  offer(next, [...after.keys()].filter(key => !before.has(key)).length, [...before.keys()].filter(key => !after.has(key)).length);
}
function offer(next, added, gone) {
  waiting = added + gone > 0 ? next : null;
  const pill = select("#pill");
  if (!pill) return;
  pill.hidden = !waiting;
  if (!waiting) { delete pill.dataset.text; return; }
  const text = [added > 0 ? `${added} new` : "", gone > 0 ? `${gone} closed` : ""].filter(Boolean).join(", ");
  if (pill.dataset.text !== text) { pill.dataset.text = text; pill.textContent = `${text}, show`; say(text); }
}
function showWaiting() {
  if (!waiting) return;
  const open = new Set(all("details[data-key][open]", live).map(row => row.dataset.key));
  live.innerHTML = waiting.innerHTML;
  for (const [key, row] of rows(live)) row.open = open.has(key);
  offer(live, 0, 0);
  // The pill that had the focus is gone; reading goes on at the first row.
  select("summary", live)?.focus();
}
function showAge() {
  const line = select("#not-live");
  if (!line) return;
  line.hidden = Date.now() - readAt < staleMilliseconds;
  if (!line.hidden && !line.dataset.since) { line.dataset.since = "1"; line.textContent = `Not live since ${clock(new Date(readAt))}. What is shown is from then.`; say(line.textContent); }
  if (line.hidden) delete line.dataset.since;
}
if (live) {
  select("#pill")?.addEventListener("click", showWaiting);
  setInterval(refresh, Number(live.dataset.refresh) * 1000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
}
