// Keys for those who work here all day, listed under `?`. Everything they do can be done without them, and they can be turned off.

const OFF = "lianfang keys off";
const CHORD = 1500;
// A box that is no longer shown is not typed into: the focus stays in a list just closed until the page is drawn again.
const typing = (target) => target.closest?.("input, textarea, select, [contenteditable], dialog[open]")?.checkVisibility();
const lines = () => [...document.querySelectorAll("main .list tbody tr")].map((row) => row.querySelector("a")).filter((link) => link?.checkVisibility?.() ?? link);
let pressed = 0;

function off(set) {
  try {
    if (set === undefined) return localStorage.getItem(OFF) === "1";
    if (set) localStorage.setItem(OFF, "1");
    else localStorage.removeItem(OFF);
    return set;
  } catch {
    return false;
  }
}

function search() {
  const box = [document.getElementById("words"), document.querySelector("[data-search]")].find((one) => one?.offsetParent);
  if (!box) return document.querySelector(".to-search")?.click();
  box.focus();
  box.select();
}

/** To the next line of the page's lists, or the one before. */
function move(by) {
  const all = lines();
  const here = all.indexOf(document.activeElement?.closest("tr")?.querySelector("a"));
  all[here < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + by, 0), all.length - 1)]?.focus();
}

const list = () => document.querySelector("[data-shortcuts]");

const KEYS = {
  "/": search,
  "?": () => list()?.showModal(),
  j: () => move(1),
  k: () => move(-1),
  f: () => document.querySelector("form[data-form], .asked form")?.querySelector("input:not([type=hidden]), textarea, select")?.focus(),
  g: (event) => (pressed = event.timeStamp),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  if (event.key !== "?" && off()) return;
  const place = pressed && event.timeStamp - pressed < CHORD && document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  pressed = 0;
  if (!place && !Object.hasOwn(KEYS, event.key)) return;
  event.preventDefault();
  if (place) place.click();
  else KEYS[event.key](event);
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-open-shortcuts]")) list().showModal();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-keys]")) off(!event.target.checked);
});

function begin() {
  const box = document.querySelector("[data-keys]");
  if (box) box.checked = !off();
  for (const button of document.querySelectorAll("[data-open-shortcuts]")) button.hidden = false;
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
else begin();
