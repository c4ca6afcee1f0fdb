// The only script of the pages: keys, the reader's zone, copy buttons, the live list, the test of a receiver. Every page is complete without it.
"use strict";

const select = (query, root = document) => root.querySelector(query);
const all = (query, root = document) => [...root.querySelectorAll(query)];

// ---- the reader's zone: the server words every time, the browser tells it the zone once
const zoneCookie = "obs-zone";
const cookie = () => document.cookie.split("; ").find(part => part.startsWith(zoneCookie + "="))?.slice(zoneCookie.length + 1);
function shortName(zone, month) {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeZoneName: "short" }).formatToParts(new Date(Date.UTC(2026, month, 1)));
  return parts.find(part => part.type === "timeZoneName").value.replace("GMT", "UTC").replace("UTC0", "UTC").slice(0, 8);
}
function setZone(zone) {
  const [january, july] = [shortName(zone, 0), shortName(zone, 6)];
  const offset = month => -new Date(new Date(Date.UTC(2026, month, 1)).toLocaleString("en-US", { timeZone: zone })).getTime();
  const standardIsJanuary = offset(0) >= offset(6);
  document.cookie = `${zoneCookie}=${zone}~${standardIsJanuary ? january : july}~${standardIsJanuary ? july : january}; path=/; max-age=31536000; samesite=lax`;
  location.reload();
}
const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
const isUtc = zone => /^(Etc\/)?(UTC|GMT|UCT|Zulu)$/.test(zone);
if (!cookie() && navigator.cookieEnabled && !isUtc(ownZone)) setZone(ownZone);
const switchZone = () => setZone((cookie() ?? "UTC").startsWith("UTC~") ? ownZone : "UTC");
select("[data-zone]")?.addEventListener("click", switchZone);

// ---- one polite sentence in ten seconds at most
let saidAt = 0;
function say(text) {
  if (performance.now() - saidAt < 10000 && saidAt > 0) return;
  saidAt = performance.now();
  select("#said").textContent = text;
}

// ---- copy buttons
async function copy(text, button) {
  await navigator.clipboard.writeText(text);
  if (button) { const word = button.textContent; button.textContent = "Copied"; setTimeout(() => { button.textContent = word; }, 2000); }
  say("Copied");
}
document.addEventListener("click", event => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button.dataset.copy ? select(button.dataset.copy).textContent : location.href, button);
});

// ---- an opened row stands in the address, so that the address can be sent to somebody
document.addEventListener("toggle", event => {
  const row = event.target;
  if (!row.matches?.("details[data-key]")) return;
  const address = new URL(location.href);
  if (row.open) address.searchParams.set("open", row.dataset.key);
  else if (address.searchParams.get("open") === row.dataset.key) address.searchParams.delete("open");
  history.replaceState(null, "", address);
}, true);

// ---- the live list: what somebody reads never moves; new rows wait until they are asked for
const live = select("[data-refresh]");
let waiting = null;
async function refresh() {
  if (document.hidden) return;
  const response = await fetch(location.href, { headers: { "X-Refresh": "1" } }).catch(() => null);
  if (!response?.ok) { const age = select("[data-live=foot]"); if (age) age.dataset.stale = ""; return; }
  const next = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const part of all("[data-live]")) {
    const newer = select(`[data-live="${part.dataset.live}"]`, next);
    if (newer && newer.innerHTML !== part.innerHTML) part.innerHTML = newer.innerHTML;
  }
  const newLive = select("[data-refresh]", next);
  if (!newLive) return;
  const [before, after] = [rows(live), rows(newLive)];
  for (const [key, row] of before) {
    const newer = after.get(key);
    row.classList.toggle("over", !newer);
    if (newer && !row.contains(document.activeElement)) {
      for (const cell of [".du", ".to"]) {
        const [old, fresh] = [select(cell, row), select(cell, newer)];
        if (old && fresh && old.innerHTML !== fresh.innerHTML) old.innerHTML = fresh.innerHTML;
      }
    }
  }
  const added = [...after.keys()].filter(key => !before.has(key)).length;
  const gone = [...before.keys()].filter(key => !after.has(key)).length;
  if (before.size === 0 && newLive.innerHTML !== live.innerHTML && !live.contains(document.activeElement)) { live.innerHTML = newLive.innerHTML; return; }
  offer(newLive, added, gone);
}
const rows = root => new Map(all("details[data-key]", root).map(row => [row.dataset.key, row]));
function offer(next, added, gone) {
  waiting = added + gone > 0 ? next : null;
  const pill = select("#pill");
  if (!pill) return;
  pill.hidden = !waiting;
  if (!waiting) return;
  const text = [added > 0 ? `${added} new` : "", gone > 0 ? `${gone} closed` : ""].filter(Boolean).join(", ");
  if (pill.dataset.text !== text) { pill.dataset.text = text; pill.textContent = `${text}, show`; say(text); }
}
function showWaiting() {
  if (!waiting) return;
  const open = new Set(all("details[data-key][open]", live).map(row => row.dataset.key));
  live.innerHTML = waiting.innerHTML;
  for (const [key, row] of rows(live)) row.open = open.has(key);
  offer(live, 0, 0);
}
if (live) {
  select("#pill")?.addEventListener("click", showWaiting);
  setInterval(refresh, Number(live.dataset.refresh) * 1000);
}

// ---- mails are as long as they are: no scroll inside a scroll
function fit(frame) { if (frame.contentDocument?.documentElement) frame.style.height = frame.contentDocument.documentElement.scrollHeight + "px"; }
for (const frame of all("iframe[data-fit]")) { frame.addEventListener("load", () => fit(frame)); fit(frame); }
addEventListener("resize", () => all("iframe[data-fit]").forEach(fit));

// ---- send a test
document.addEventListener("submit", async event => {
  const form = event.target.closest("[data-test]");
  if (!form) return;
  event.preventDefault();
  const answer = select("output", form);
  answer.textContent = "Sending";
  const response = await fetch("/api/v1/notices/test", {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ receiver: form.elements.receiver.value }),
  }).catch(() => null);
  const body = await response?.json().catch(() => null);
  answer.textContent = !response ? "The Portal cannot be reached" : response.ok ? describe(body) : (body?.reason ?? body?.error ?? `Refused with ${response.status}`);
});
function describe(body) {
  const results = Array.isArray(body) ? body : body?.results ?? body?.outcomes ?? body?.integrations ?? [];
  return results.length === 0 ? "Accepted" : results.map(result => `${result.integration ?? result.channel}: ${result.outcome ?? result.status}${result.detail ? ", " + result.detail : ""}`).join("; ");
}

// ---- keys
const placesByKey = { n: "/", r: "/runs", l: "/logs", t: "/notices", s: "/sources" };
let afterG = false;
const listed = () => all("details[data-key] > summary, a[data-row]").filter(row => row.offsetParent !== null);
function move(by) {
  const items = listed();
  if (items.length === 0) return;
  const index = items.indexOf(document.activeElement);
  items[Math.max(0, Math.min(items.length - 1, index < 0 ? 0 : index + by))].focus();
}
function closeInnermost() {
  const row = document.activeElement.closest?.("details[open]") ?? select("details[data-key][open]");
  if (!row) return;
  row.open = false;
  select("summary", row).focus();
}
document.addEventListener("keydown", event => {
  const typing = event.target.matches?.("input, textarea, select");
  if (event.key === "Escape") { if (typing) event.target.blur(); else if (!select("dialog[open]")) closeInnermost(); return; }
  if (typing) { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form?.requestSubmit(); return; }
  if (event.ctrlKey || event.metaKey || event.altKey || select("dialog[open]")) return;
  if (afterG) { afterG = false; if (placesByKey[event.key]) location.href = select(`.nav a[href^="${placesByKey[event.key]}"]:not(.brand)`)?.href ?? placesByKey[event.key]; return; }
  const action = {
    "/": () => (select("textarea[name=query]") ?? select(".search input")).focus(),
    "?": () => select("#keys").showModal(),
    g: () => { afterG = true; setTimeout(() => { afterG = false; }, 1500); },
    j: () => move(1), k: () => move(-1), z: switchZone, y: () => copy(location.href, null),
  }[event.key] ?? (/^[0-5]$/.test(event.key) ? () => all(".envs a")[Number(event.key)]?.click() : null);
  if (action) { event.preventDefault(); action(); }
});
