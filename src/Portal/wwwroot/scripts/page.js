// What the other scripts use: look-up, one polite voice, copying. Every page is complete without scripts.
"use strict";

const select = (query, root = document) => root.querySelector(query);
const all = (query, root = document) => [...root.querySelectorAll(query)];

// One polite sentence in ten seconds at most; what somebody asked for is answered at once.
const politeMilliseconds = 10000;
let saidAt = -politeMilliseconds;
function say(text, isAnswer = false) {
  if (!isAnswer && performance.now() - saidAt < politeMilliseconds) return;
  saidAt = performance.now();
  select("#said").textContent = text;
}

// The clipboard is there on https and on this machine only; elsewhere the text is selected, ready for Ctrl C.
async function copy(text, button, shown) {
  try {
    await navigator.clipboard.writeText(text);
    say("Copied", true);
    if (button && !button.dataset.word) {
      button.dataset.word = button.innerHTML;
      button.textContent = "Copied";
      setTimeout(() => { button.innerHTML = button.dataset.word; delete button.dataset.word; }, 2000);
    }
  } catch {
    if (shown) getSelection().selectAllChildren(shown);
    say(shown ? "Selected, press Ctrl C to copy" : "The browser does not allow copying here", true);
  }
}
document.addEventListener("click", event => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const shown = button.dataset.copy ? select(button.dataset.copy) : null;
  copy(shown ? shown.textContent : new URL(button.dataset.address ?? "", location.href).href, button, shown);
});
