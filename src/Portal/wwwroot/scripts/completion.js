// The query box: names of labels inside the braces, their values inside the quotes, what can follow behind a bar. What is offered comes from Loki's own
// endpoints for the time that is shown. Nothing is taken that was not chosen: Enter and Tab keep their meaning until an arrow has been pressed.
const offeredAtMost = 12;
const answersAtMost = 50;
const stages = ["json", "logfmt", "pattern \"", "regexp \"", "unpack", "decolorize", "line_format \"", "label_format ", "drop ", "keep "];
const queryBox = select("textarea[data-complete]");
const suggestions = document.createElement("ul");
const answered = new Map();
let offered = [];
let activeOption = -1;
let askedNumber = 0;

// Where the caret stands: { kind: "label" | "value" | "stage", typed, label, matchers } or null where nothing can be offered.
function placeIn(text) {
  let [quote, from, inside, label, matchers, token, bar] = ["", 0, false, "", [], 0, -1];
  let seen = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quote) {
      if (character === "\\" && quote === "\"") at++;
      else if (character === quote) { if (inside) matchers.push(text.slice(token, at + 1).trim()); quote = ""; }
      continue;
    }
    if (character === "\"" || character === "`") { quote = character; from = at + 1; if (inside) label = /^\s*([\w.]+)\s*(?:=~|!~|!=|=)\s*$/.exec(text.slice(token, at))?.[1] ?? ""; }
    else if (character === "{") { [inside, token, matchers, seen] = [true, at + 1, [], true]; }
    else if (character === "}") inside = false;
    else if (character === "," && inside) token = at + 1;
    else if (character === "|" && !inside) bar = at + 1;
  }
  if (quote) return inside && label ? { kind: "value", typed: text.slice(from), label, matchers } : null;
  if (inside) { const typed = /^\s*([\w.]*)$/.exec(text.slice(token)); return typed ? { kind: "label", typed: typed[1], matchers } : null; }
  const typed = seen && bar >= 0 ? /^\s*(\w*)$/.exec(text.slice(bar)) : null;
  return typed ? { kind: "stage", typed: typed[1] } : null;
}

async function textsOf(path, query) {
  const address = new URL(path, location.href);
  address.searchParams.set("start", queryBox.dataset.start);
  address.searchParams.set("end", queryBox.dataset.end);
  if (query) address.searchParams.set("query", query);
  // Asked once, also by keys that come before the answer; what failed is asked again.
  if (answered.size >= answersAtMost) answered.clear();
  if (!answered.has(address.href)) answered.set(address.href, fetch(address).then(response => response.ok ? response.json() : null).catch(() => null));
  const body = await answered.get(address.href);
  if (!body) answered.delete(address.href);
  return body?.data ?? [];
}
const escaped = value => value.replace(/\\/g, "\\\\").replace(/"/g, "\\\"").replace(/\n/g, "\\n");
const fieldsShown = () => all(".fields summary .cut").map(name => name.textContent.trim());

// Each with the text that is put in place of what was typed.
async function candidatesAt(place) {
  if (place.kind === "value") {
    const others = place.matchers.length > 0 ? `{${place.matchers.join(",")}}` : "";
    return (await textsOf(`/loki/api/v1/label/${encodeURIComponent(place.label)}/values`, others)).map(value => ({ shown: value, put: escaped(value) + "\"" }));
  }
  // A label that has its condition is rarely given a second one.
  const isNamed = name => place.matchers.some(matcher => /^[\w.]+/.exec(matcher)?.[0] === name);
  if (place.kind === "label") return (await textsOf("/loki/api/v1/labels")).filter(name => !isNamed(name)).map(name => ({ shown: name, put: name + "=\"" }));
  return [...stages.map(stage => ({ shown: stage.replace(/[ "]+$/, ""), put: stage })), ...fieldsShown().map(name => ({ shown: name, put: name + "=\"" }))];
}

async function offerCompletion(isWanted) {
  const before = queryBox.value.slice(0, queryBox.selectionStart);
  const place = queryBox.selectionStart === queryBox.selectionEnd ? placeIn(before) : null;
  const number = ++askedNumber;
  if (!place || (!isWanted && place.kind === "stage" && !place.typed)) { closeCompletion(); return; }
  const typed = place.typed.toLowerCase();
  const found = (await candidatesAt(place)).filter(candidate => candidate.shown.toLowerCase().includes(typed));
  // A later key has asked again, or the box was left.
  if (number !== askedNumber || document.activeElement !== queryBox) return;
  found.sort((a, b) => b.shown.toLowerCase().startsWith(typed) - a.shown.toLowerCase().startsWith(typed));
  offered = found.slice(0, offeredAtMost).map(candidate => ({ ...candidate, from: before.length - place.typed.length, to: before.length }));
  if (offered.length === 0 || (offered.length === 1 && offered[0].shown === place.typed)) { closeCompletion(); return; }
  suggestions.replaceChildren(...offered.map((candidate, index) => {
    const option = Object.assign(document.createElement("li"), { id: `suggestion-${index}`, textContent: candidate.shown });
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    return option;
  }));
  activeOption = -1;
  suggestions.hidden = false;
  queryBox.setAttribute("aria-expanded", "true");
  queryBox.removeAttribute("aria-activedescendant");
  say(`${offered.length}${found.length > offered.length ? ` of ${found.length}` : ""} ${found.length === 1 ? "suggestion" : "suggestions"}`);
}
function closeCompletion() {
  offered = [];
  activeOption = -1;
  suggestions.hidden = true;
  queryBox.setAttribute("aria-expanded", "false");
  queryBox.removeAttribute("aria-activedescendant");
}
function activate(index) {
  activeOption = (index + offered.length) % offered.length;
  for (const [at, option] of [...suggestions.children].entries()) option.setAttribute("aria-selected", at === activeOption);
  queryBox.setAttribute("aria-activedescendant", `suggestion-${activeOption}`);
}
function putIn(index) {
  const { from, to, put } = offered[index];
  closeCompletion();
  // The quote that already stands behind the caret is not doubled. Inserted as if typed, so that the browser's undo takes it back.
  const isClosed = put.endsWith("\"") && queryBox.value[to] === "\"" && !put.endsWith("=\"");
  queryBox.setSelectionRange(from, isClosed ? to + 1 : to);
  document.execCommand("insertText", false, put);
}
if (queryBox) {
  Object.assign(suggestions, { id: "suggestions", className: "suggestions panel", hidden: true });
  suggestions.setAttribute("role", "listbox");
  suggestions.setAttribute("aria-label", "What can follow");
  queryBox.after(suggestions);
  queryBox.setAttribute("role", "combobox");
  queryBox.setAttribute("aria-haspopup", "listbox");
  queryBox.setAttribute("aria-autocomplete", "list");
  queryBox.setAttribute("aria-expanded", "false");
  queryBox.setAttribute("aria-controls", "suggestions");
  queryBox.addEventListener("input", () => offerCompletion(false));
  queryBox.addEventListener("blur", closeCompletion);
  queryBox.addEventListener("keydown", event => {
    if (event.key === " " && event.ctrlKey) { event.preventDefault(); offerCompletion(true); return; }
    if (offered.length === 0) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") activate(activeOption < 0 ? (event.key === "ArrowDown" ? 0 : -1) : activeOption + (event.key === "ArrowDown" ? 1 : -1));
    else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey || event.key === "Tab") && activeOption >= 0) putIn(activeOption);
    else if (event.key === "Escape") closeCompletion();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  // Before the box loses the focus.
  suggestions.addEventListener("mousedown", event => {
    const option = event.target.closest("li");
    event.preventDefault();
    if (option) putIn([...suggestions.children].indexOf(option));
  });
}
