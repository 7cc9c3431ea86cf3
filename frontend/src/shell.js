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
  if (state) state.textContent = state.dataset.failed;
});
