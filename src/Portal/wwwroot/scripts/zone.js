// The reader's zone: the server words every time, the browser tells it the zone once.
const zoneCookie = "obs-zone";
const zoneOfCookie = () => document.cookie.split("; ").find(part => part.startsWith(zoneCookie + "="))?.slice(zoneCookie.length + 1);
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
if (!zoneOfCookie() && navigator.cookieEnabled && !isUtc(ownZone)) setZone(ownZone);
const switchZone = () => setZone((zoneOfCookie() ?? "UTC").startsWith("UTC~") ? ownZone : "UTC");
select("[data-zone]")?.addEventListener("click", switchZone);

// A clock time as the page words it, for what only the browser knows.
function clock(date) {
  const [zone, standard, daylight] = (zoneOfCookie() ?? "UTC~UTC~UTC").split("~");
  const time = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(date);
  return `${time} ${standard === daylight ? standard : select("[data-zone]").textContent.split(",")[0]}`;
}
