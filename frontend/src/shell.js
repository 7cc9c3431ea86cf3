// Small conveniences of the frame. Every page works without them.

// What htmx can't show in its place is shown as the page that it is: signing in again, or an error.

// A form that saves itself only says that it could not: nobody is torn from what they write.

const saves = (event) => event.target.closest?.("[data-draft]");

document.addEventListener("htmx:beforeSwap", (event) => {
  if (new URL(event.detail.xhr.responseURL).pathname !== "/login/") return;
  event.preventDefault();
  const state = saves(event);
  if (state) state.textContent = state.dataset.out;
  else location.reload();
});

document.addEventListener("htmx:responseError", (event) => {
  const state = saves(event);
  if (state) state.textContent = state.dataset.failed;
  else location.assign(event.detail.pathInfo.finalRequestPath);
});

document.addEventListener("htmx:sendError", (event) => {
  const state = saves(event);
  if (state) {
    state.textContent = state.dataset.failed;
    unsaved.add(state);
  }
  away();
});

// A server that can't be reached is said, and asked again until it answers. What a browser says of its network is only a reason to ask: an
// office's server can be there without one. While it is away a submitted form stays where it is, and with it what was typed.

const AGAIN = 3000;
const bar = document.querySelector("[data-offline]");
const unsaved = new Set();
let asking;

function away() {
  if (!bar) return;
  bar.firstElementChild.hidden = false;
  clearTimeout(asking);
  asking = setTimeout(ask, AGAIN);
}

function back() {
  bar.firstElementChild.hidden = true;
  for (const state of unsaved) state.closest("form")?.dispatchEvent(new Event("change"));
  unsaved.clear();
}

async function ask() {
  clearTimeout(asking);
  const there = await fetch(bar.dataset.offline, { cache: "no-store" }).then((answer) => answer.ok, () => false);
  if (there) back();
  else away();
}

if (bar) {
  addEventListener("offline", ask);
  addEventListener("online", ask);
  if (!navigator.onLine) ask();
}

document.addEventListener("submit", (event) => {
  if (!bar || bar.firstElementChild.hidden) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ask();
}, true);
