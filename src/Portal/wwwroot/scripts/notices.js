// Mails are as long as they are: no scroll inside a scroll. The frame's own height would be a lower bound of its document's, so the content is measured.
function fit(frame) {
  const content = frame.contentDocument?.documentElement;
  if (content) frame.style.height = Math.ceil(content.getBoundingClientRect().height) + "px";
}
for (const frame of all("iframe[data-fit]")) { frame.addEventListener("load", () => fit(frame)); fit(frame); }
addEventListener("resize", () => all("iframe[data-fit]").forEach(fit));

// Send a test: a second press while one is on its way sends nothing.
document.addEventListener("submit", async event => {
  const form = event.target.closest("[data-test]");
  if (!form) return;
  event.preventDefault();
  const [answer, button] = [select("output", form), select("button", form)];
  if (button.disabled) return;
  button.disabled = true;
  answer.textContent = "Sending";
  const response = await fetch("/api/v1/notices/test", {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ receiver: form.elements.receiver.value }),
  }).catch(() => null);
  const body = await response?.json().catch(() => null);
  answer.replaceChildren(...(response?.ok ? resultsOf(body) : [refusalOf(response, body)]));
  button.disabled = false;
});
const refusalOf = (response, body) => !response ? "The Portal cannot be reached" : body?.error ?? `Refused with ${response.status}`;
const outcomeWord = outcome => ({ kept: "kept for preview", delivered: "accepted", failed: "not sent" })[outcome] ?? outcome;
function resultsOf(body) {
  const results = body?.results ?? [];
  if (results.length === 0) return ["Accepted"];
  return results.flatMap((result, index) => {
    const link = Object.assign(document.createElement("a"), { className: "link", href: `/notices/${encodeURIComponent(result.notice_id)}`, textContent: result.integration.replace(/\[\d+\]$/, "") });
    return [index > 0 ? "; " : "", link, `: ${outcomeWord(result.outcome)}${result.detail ? ", " + result.detail : ""}`];
  });
}
