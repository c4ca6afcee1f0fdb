// An opened row stands in the address, so that it can be sent to somebody, and Back closes it. The address decides; a row that already agrees with it does
// nothing, so that Back, a reload and a click all end here without repeating each other.
const openInAddress = () => new URL(location.href).searchParams.get("open");
function addressWith(key) {
  const address = new URL(location.href);
  if (key) address.searchParams.set("open", key); else address.searchParams.delete("open");
  return address;
}
document.addEventListener("toggle", event => {
  const row = event.target;
  if (!row.matches?.("details[data-key]")) return;
  const named = openInAddress() === row.dataset.key;
  if (row.open && !named) history.pushState({ opened: row.dataset.key }, "", addressWith(row.dataset.key));
  else if (!row.open && named && history.state?.opened === row.dataset.key) history.back();
  else if (!row.open && named) history.replaceState(null, "", addressWith(null));
}, true);
addEventListener("popstate", () => {
  const key = openInAddress();
  for (const row of all("details[data-key]")) row.open = row.dataset.key === key;
});
const namedRow = openInAddress() && all("details[data-key][open]").find(row => row.dataset.key === openInAddress());
namedRow?.scrollIntoView({ block: "nearest" });
