// What an accessibility checker would refuse, as a list of sentences; empty when the page is fine. Runs inside the page.
// Rules: WCAG 2.2 AA as far as a program can tell (names, roles, structure, contrast, target size) and our own wording.
phone => {
  const faults = [];
  const all = query => [...document.querySelectorAll(query)];
  const describe = element => element.outerHTML.replace(/\s+/g, " ").slice(0, 140);
  const fault = (rule, element) => faults.push(`${rule}: ${element ? describe(element) : ""}`);
  const isShown = element => element.checkVisibility({ visibilityProperty: true }) && element.getBoundingClientRect().width > 1;

  // ---- names
  function textOf(node) {
    if (node.nodeType === Node.TEXT_NODE) return node.data;
    if (node.nodeType !== Node.ELEMENT_NODE || node.getAttribute("aria-hidden") === "true") return "";
    return node.getAttribute("aria-label") ?? [...node.childNodes].map(textOf).join(" ");
  }
  function nameOf(element) {
    const by = element.getAttribute("aria-labelledby");
    if (by) return by.split(" ").map(id => document.getElementById(id)?.textContent ?? "").join(" ").trim();
    const label = element.getAttribute("aria-label") ?? [...(element.labels ?? [])].map(textOf).join(" ");
    return (label || (element.matches("input, select, textarea") ? "" : textOf(element)) || element.getAttribute("title") || "").trim();
  }
  for (const element of all("a[href], button, summary, input:not([type=hidden]), select, textarea, [role=img], iframe, dialog, output")) {
    if (!element.matches("output, dialog") && !isShown(element)) continue;
    if (element.matches("output")) { if (!element.htmlFor.length) fault("an output says what it belongs to", element); } else if (!nameOf(element)) fault("no name", element);
  }
  for (const element of all("nav, section[aria-label], aside")) if (!nameOf(element) || (element.matches("nav, aside") && !element.hasAttribute("aria-label"))) fault("a landmark without a name", element);
  const navigations = all("nav").filter(isShown).map(nameOf);
  if (new Set(navigations).size !== navigations.length) faults.push(`two navigations share a name: ${navigations}`);

  // ---- structure
  if (!document.documentElement.lang) faults.push("no language");
  if (!document.title.trim()) faults.push("no title");
  if (all("h1").filter(isShown).length !== 1) faults.push(`${all("h1").filter(isShown).length} shown h1`);
  if (all("main").length !== 1) faults.push("not one main");
  if (!document.querySelector("header")) faults.push("no banner");
  const skip = document.querySelector("a.skip");
  if (!skip || !document.querySelector(skip.getAttribute("href"))) faults.push("the skip link leads nowhere");
  let level = 0;
  for (const heading of all("main h1, main h2, main h3, main h4").filter(element => element.checkVisibility())) {
    const next = Number(heading.tagName[1]);
    if (next > level + 1 && level > 0) fault(`h${next} after h${level}`, heading);
    level = next;
  }
  const ids = all("[id]").map(element => element.id);
  for (const id of new Set(ids.filter((id, index) => ids.indexOf(id) !== index))) faults.push(`the id ${id} twice`);
  for (const attribute of ["aria-labelledby", "aria-describedby", "aria-controls", "for"])
    for (const element of all(`[${attribute}]`))
      for (const id of element.getAttribute(attribute).split(" ")) if (!document.getElementById(id)) fault(`${attribute} names ${id}, which is not there`, element);
  for (const list of all("ul, ol")) if ([...list.children].some(child => child.tagName !== "LI")) fault("a list holds what is no item", list);
  for (const list of all("dl")) if ([...list.children].some(child => !["DT", "DD", "DIV"].includes(child.tagName))) fault("a description list holds something else", list);
  for (const table of all("table")) if (!table.querySelector("th")) fault("a table without headers", table);
  for (const element of all("[tabindex]")) if (element.tabIndex > 0) fault("a tab index above 0", element);
  for (const element of all("[aria-hidden=true]")) if ([...element.querySelectorAll("a[href], button, input, summary, [tabindex]")].some(inner => inner.tabIndex >= 0)) fault("hidden from readers, but reached by Tab", element);
  for (const element of all("a[href], button, summary, input, select, textarea")) if (element.querySelector("a[href], button, input, select, textarea, summary")) fault("a control inside a control", element);

  // ---- contrast, with what lies under the text drawn together
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  function colour(text) {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  }
  const over = (top, below) => [0, 1, 2].map(index => top[index] * top[3] + below[index] * (1 - top[3])).concat(1);
  const channel = value => { value /= 255; return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4; };
  const luminance = ([red, green, blue]) => 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue);
  function groundOf(element) {
    const box = element.getBoundingClientRect();
    const stack = document.elementsFromPoint(box.left + Math.min(box.width / 2, 24), box.top + box.height / 2);
    const layers = stack.includes(element) ? stack.slice(stack.indexOf(element)) : [];
    if (layers.length === 0) for (let at = element; at; at = at.parentElement) layers.push(at);
    let ground = [255, 255, 255, 1];
    for (const layer of layers.reverse()) ground = over(colour(getComputedStyle(layer).backgroundColor), ground);
    return ground;
  }
  for (const element of all("body *")) {
    if (element.closest("svg, iframe, dialog, .sr, .skip") || !isShown(element)) continue;
    if (![...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim())) continue;
    const style = getComputedStyle(element);
    if (element.scrollIntoViewIfNeeded) element.scrollIntoViewIfNeeded();
    const ground = groundOf(element);
    const ink = over(colour(style.color), ground);
    const [light, dark] = [luminance(ink), luminance(ground)].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    const size = parseFloat(style.fontSize);
    if (ratio < (size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5)) fault(`contrast ${ratio.toFixed(2)}`, element);
    if (size < 12 && size > 0) fault(`text of ${size} px`, element);
  }
  scrollTo(0, 0);

  // ---- targets: parts of a chart have an equal elsewhere on the page, links inside a sentence are as tall as it
  const least = phone ? 44 : 24;
  const isInline = node => node.nodeType === Node.TEXT_NODE || (node.nodeType === Node.ELEMENT_NODE && getComputedStyle(node).display.startsWith("inline"));
  for (const element of all("a[href], button, summary, input:not([type=hidden]), select, textarea")) {
    if (element.closest(".hist, .bars, svg, dialog, .skip") || !isShown(element)) continue;
    const field = element.closest("label, .search") ?? element;
    const box = field.getBoundingClientRect();
    const inSentence = isInline(element) && [...element.parentElement.childNodes].some(node => node !== element && isInline(node) && node.textContent.trim());
    const isLine = element.matches(".ln");
    if (!inSentence && !isLine && box.height < least - 0.5) fault(`target ${Math.round(box.width)} x ${Math.round(box.height)}`, element);
  }

  // ---- fit and words
  const aside = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (aside > 0) faults.push(`scrolls ${aside} px sideways`);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    if (parentElement.closest("pre, code, kbd, script, style, .m, .slack, iframe, .v")) continue;
    if (/\b(oops|entity|entities|matchers?|please)\b|\w\(s\)|\w!(\s|$)|\bNaN\b|undefined|\bnull\b/i.test(data)) fault(`wording "${data.trim().slice(0, 60)}"`, parentElement);
  }
  for (const element of all("[src], link[href], [href]")) {
    const address = element.getAttribute("src") ?? (element.matches("link") ? element.getAttribute("href") : "");
    if (/^https?:/.test(address ?? "")) fault("loads from outside", element);
  }
  return faults;
}
