// What makes a form quicker. Every form works without it: rows, files and votes are then done by its submit buttons.

const all = (root, selector) => [...root.querySelectorAll(selector)];

/** Typed yuan as whole fen, as the server reads them; null for what it would not read. */
export function fen(text) {
  const plain = text.normalize("NFKC").replace(/\s/g, "").replace(/，/g, ",").replace(/−/g, "-").replace(/^¥/, "").replace(/元$/, "");
  const found = /^(-?)(\d{1,13}|\d{1,3}(?:,\d{3}){1,4})(?:\.(\d{1,2}))?$/.exec(plain);
  if (!found) return null;
  const amount = BigInt(found[2].replaceAll(",", "")) * 100n + BigInt((found[3] ?? "").padEnd(2, "0"));
  return found[1] ? -amount : amount;
}

/** Fen as a person reads them: ¥2,800.00. */
export function yuan(amount) {
  const size = amount < 0n ? -amount : amount;
  const whole = (size / 100n).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  return `${amount < 0n ? "-" : ""}¥${whole}.${(size % 100n).toString().padStart(2, "0")}`;
}

function appendRow(list) {
  const rows = list.querySelector("[data-rows]");
  const number = 1 + Math.max(-1, ...all(rows, "[data-row]").map((row) => Number(row.dataset.row)));
  const blank = list.querySelector("[data-blank]").content.cloneNode(true);
  for (const part of all(blank, "*")) {
    for (const attribute of part.attributes) attribute.value = attribute.value.replaceAll("__row__", number);
  }
  rows.append(blank);
  all(rows.lastElementChild, "[data-file]").forEach(ownWords);
  return rows.lastElementChild;
}

function addRow(list) {
  appendRow(list).querySelector("input:not([type=hidden]), select, textarea")?.focus();
  tally(list);
}

/** Gives a list as many rows as that. */
export function withRows(list, many) {
  const rows = () => all(list, "[data-rows] [data-row]");
  while (rows().length < Math.max(1, many)) appendRow(list);
  for (const row of rows().slice(Math.max(1, many))) row.remove();
}

function removeRow(list, row) {
  const next = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  if (!list.querySelector("[data-row]")) addRow(list);
  (next ?? list).querySelector("input:not([type=hidden])")?.focus();
  tally(list);
}

/** The number of each row, and the sum of the money in a list that has just one column of it. */
function tally(list) {
  all(list, "[data-number]").forEach((place, index) => (place.textContent = index + 1));
  const output = list.querySelector("[data-sum]");
  const money = all(list, "[data-rows] [data-money]");
  const perRow = money.length / Math.max(1, all(list, "[data-rows] [data-row]").length);
  const amounts = money.map((input) => (input.value.trim() ? fen(input.value) : 0n));
  output.hidden = perRow !== 1 || amounts.includes(null);
  if (!output.hidden) output.querySelector("b").textContent = yuan(amounts.reduce((sum, amount) => sum + amount, 0n));
}

/** Shows the name and the SHA-256 of a chosen file before it leaves the machine, so that anyone can compare. */
async function showFile(input) {
  const box = input.closest("[data-file]");
  const shown = box.querySelector("[data-new]");
  const file = input.files[0];
  shown.hidden = !file;
  box.querySelector("[data-kept]")?.classList.toggle("replaced", Boolean(file));
  box.querySelector("[name=keep-file]").hidden = !file;
  if (weigh(box)) box.querySelector("[name=keep-file]").hidden = true;
  if (!file) return;
  shown.querySelector("[data-name]").textContent = file.name;
  shown.querySelector("[data-hash]").textContent = "";
  if (!globalThis.crypto?.subtle || weigh(box)) return;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  const hex = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  shown.querySelector("[data-hash]").textContent = `SHA-256 ${hex}`;
}

/** The browser speaks its own language on a file input; a label of ours stands for it. */
function ownWords(box) {
  box.classList.add("own-words");
  box.querySelector("[data-choose]").hidden = false;
  box.querySelector("[name=keep-file]").hidden = true;
}

/** Keeps a member's line sensible while it is filled in, and counts. What is lawful is judged by the server. */
function vote(meeting, input) {
  const member = input.closest("[data-member]");
  if (member) {
    const [present, recused] = ["attendance", "recused"].map((name) => member.querySelector(`[name=${name}]`));
    const none = member.querySelector("[type=radio][value='']");
    if (input.type === "radio" && input.value) [present.checked, recused.checked] = [true, false];
    if (input === recused && recused.checked) [present.checked, none.checked] = [false, true];
    if (input === present && present.checked) recused.checked = false;
    if (input === present && !present.checked) none.checked = true;
  }
  count(meeting);
}

function count(meeting) {
  const checked = all(meeting, "input:checked");
  const counts = meeting.querySelector("[data-counts]");
  counts.hidden = false;
  for (const place of all(counts, "[data-count]")) {
    const name = place.dataset.count;
    const of = (input) => input.name === name || (input.type === "radio" && input.value === name);
    place.textContent = name === "members" ? all(meeting, "[data-member]").length : checked.filter(of).length;
  }
}

/** Counts again what stands in a form, or on the page. */
export function refresh(root) {
  all(root, "[data-list]").forEach(tally);
  all(root, "[data-meeting]").forEach(count);
}

/** Tells of a file that the server would not take before it is sent. */
function weigh(box) {
  const file = box.querySelector("[type=file]").files[0];
  const tooBig = Boolean(file) && file.size > Number(box.dataset.most);
  box.querySelector("[data-too-big]").hidden = !tooBig;
  box.classList.toggle("too-big", tooBig);
  return tooBig;
}

/** Whether what is chosen can be sent; where it can't, the form says why and stays as it is. */
function sendable(form) {
  const heavy = all(form, "[data-file]").filter(weigh);
  const together = all(form, "[type=file]").reduce((sum, input) => sum + (input.files[0]?.size ?? 0), 0) > Number(form.dataset.most);
  const told = form.querySelector("[data-too-big-together]");
  told.hidden = !together || heavy.length > 0;
  if (heavy.length) heavy[0].querySelector("[type=file]").focus();
  else if (together) told.focus();
  return !heavy.length && !together;
}

function begin() {
  refresh(document);
  all(document, "[data-file]").forEach(ownWords);
  all(document, "[data-phrases]").forEach((phrases) => (phrases.hidden = false));
  document.querySelector("[data-focus]")?.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-form] button");
  if (!button) return;
  const list = button.closest("[data-list]");
  const form = button.closest("[data-form]");
  if (list && button.name === "add-line") addRow(list);
  else if (list && button.name === "remove-line") removeRow(list, button.closest("[data-row]"));
  else if (button.dataset.phrase) document.getElementById(button.dataset.phrase).value = button.textContent;
  else return;
  event.preventDefault();
  form.dispatchEvent(new Event("change"));
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-form]") || sendable(event.target)) return;
  // The language is switched, the form emptied or saved all the same: what is typed goes along, and the files that can't be sent stay.
  if (["in-language", "empty-form", "save-draft"].includes(event.submitter?.name)) all(event.target, "[type=file]").forEach((input) => (input.disabled = true));
  else event.preventDefault();
});

document.addEventListener("input", (event) => {
  const list = event.target.matches("[data-money]") && event.target.closest("[data-list]");
  if (list) tally(list);
});

document.addEventListener("change", (event) => {
  const meeting = event.target.closest("[data-meeting]");
  if (meeting) vote(meeting, event.target);
  if (event.target.matches("[data-file] [type=file]")) showFile(event.target);
});

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
else begin();
