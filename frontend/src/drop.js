// Files are dropped where one is asked for. A file that misses its place does not take the half-filled page away.

const box = (event) => event.target.closest?.(".file-input");
const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
const mark = (place) => document.querySelectorAll(".file-input.dropping").forEach((one) => one !== place && one.classList.remove("dropping"));

document.addEventListener("dragover", (event) => {
  if (!carries(event) || !document.querySelector(".file-input")) return;
  event.preventDefault();
  const place = box(event);
  mark(place);
  place?.classList.add("dropping");
  event.dataTransfer.dropEffect = place ? "copy" : "none";
});

document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) mark(null);
});

document.addEventListener("drop", (event) => {
  if (!carries(event) || !document.querySelector(".file-input")) return;
  event.preventDefault();
  mark(null);
  const input = box(event)?.querySelector("[type=file]");
  if (!input) return;
  const given = new DataTransfer();
  const dropped = [...event.dataTransfer.files];
  for (const file of input.multiple ? [...input.files, ...dropped] : dropped.slice(0, 1)) given.items.add(file);
  if (!given.files.length) return; // a folder or a link
  input.files = given.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

function begin() {
  for (const hint of document.querySelectorAll("[data-drop-here]")) hint.hidden = false;
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
else begin();
