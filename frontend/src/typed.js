// What was typed into a form outlives leaving the page: it is kept in this tab until the server has it as a draft, the form is accepted or
// emptied, or its person signs out. Files and passwords are never kept. Drafts can be saved, and what was submitted while nobody was signed
// in is kept by the office's server, without this.

import { refresh, withRows } from "./forms.js";

const all = (root, selector) => [...root.querySelectorAll(selector)];
const PREFIX = "lianfang typed ";
const LEFT = "lianfang left";
const NEVER = ["hidden", "file", "password", "submit", "button"];
const initial = new WeakMap();
const saving = new WeakMap();

/** Storage that is off or full only means that nothing is kept. */
function storage(use) {
  try {
    return use(sessionStorage);
  } catch {
    return null;
  }
}

const person = () => document.body.dataset.person;
const keyOf = (path) => `${PREFIX}${person()} ${path}`;
const pathOf = (form) => new URL(form.action).pathname;
const keys = (store) => Object.keys(store).filter((key) => key.startsWith(PREFIX));
const forget = (unwanted) => storage((store) => keys(store).filter(unwanted).forEach((key) => store.removeItem(key)));

/** A control's name with the place of its row instead of the row's number, which differs from page to page. */
function placed(control) {
  const row = control.closest("[data-row]");
  if (!row) return control.name;
  return control.name.replace(/\[\d+\]/, `[${[...row.parentElement.children].indexOf(row)}]`);
}

const ticked = (control) => control.type === "checkbox" || control.type === "radio";
const controls = (form) => [...form.elements].filter((control) => control.name && control.matches("input, select, textarea") && !NEVER.includes(control.type));
const nameOf = (control) => (ticked(control) ? `${placed(control)}=${control.value}` : placed(control));

/** What stands in a form: the number of rows of its lists, and its controls. */
function state(form) {
  const rows = Object.fromEntries(all(form, "[data-list]").map((list) => [list.id, all(list, "[data-row]").length]));
  const values = Object.fromEntries(controls(form).map((control) => [nameOf(control), ticked(control) ? control.checked : control.value]));
  return JSON.stringify({ rows, values });
}

function keep(form) {
  const now = state(form);
  storage((store) => (now === initial.get(form) ? store.removeItem(keyOf(pathOf(form))) : store.setItem(keyOf(pathOf(form)), now)));
}

function restore(form, kept) {
  const { rows, values } = JSON.parse(kept);
  for (const list of all(form, "[data-list]")) withRows(list, rows[list.id] ?? 1);
  for (const control of controls(form)) {
    const value = values[nameOf(control)];
    if (value === undefined) continue;
    if (ticked(control)) control.checked = value;
    else if (!control.matches("select") || all(control, "option").some((option) => option.value === value)) control.value = value;
  }
  refresh(form);
}

/** A page that answers what was submitted shows what counts; any other gets back what was typed before. */
function begin() {
  for (const told of all(document, "[data-accepted]")) storage((store) => store.removeItem(keyOf(told.dataset.accepted)));
  if (person()) forget((key) => !key.startsWith(keyOf("")));
  for (const form of all(document, "[data-form]")) {
    initial.set(form, "answers" in form.dataset ? "" : state(form));
    const kept = storage((store) => store.getItem(keyOf(pathOf(form))));
    if ("answers" in form.dataset) keep(form);
    else if (kept && kept !== initial.get(form)) {
      restore(form, kept);
      form.querySelector("[data-left]")?.remove();
      form.querySelector("[data-restored]").hidden = false;
    }
  }
}

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    const form = event.target.closest?.("[data-form]");
    if (form) keep(form);
  });
}

// What the server has whole needs no place in the tab, where it would outlive what is written on another machine.

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.target.matches("[data-draft]") && event.target.closest("[data-form]");
  if (form) saving.set(form, state(form));
});

document.addEventListener("htmx:afterSwap", (event) => {
  const form = event.target.matches("[data-draft]") && event.target.closest("[data-form]");
  if (!form || !event.target.querySelector("[data-whole]") || state(form) !== saving.get(form)) return;
  initial.set(form, saving.get(form));
  keep(form);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button");
  const form = button?.closest("[data-form]");
  if (form && "empty" in button.dataset) storage((store) => store.removeItem(keyOf(pathOf(form))));
  // A button may have added a line or taken itself away with one.
  else if (button) all(document, "[data-form]").forEach(keep);
});

// Who signs out leaves nothing behind, in this tab or another.

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-sign-out]")) return;
  forget(() => true);
  try {
    localStorage.setItem(LEFT, String(Date.now()));
  } catch {
    // Other tabs then forget when somebody else signs in.
  }
});

addEventListener("storage", (event) => event.key === LEFT && forget(() => true));

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
else begin();
