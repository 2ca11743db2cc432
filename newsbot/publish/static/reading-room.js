/* What a script can make easier. Every page works without it. */
"use strict";

/* A listing's histogram: drag over bars to choose the days from the first to the last. */
for (const figure of document.querySelectorAll("[data-drag]")) {
  const svg = figure.querySelector("svg");
  const shade = svg.querySelector(".shade");
  const bars = [...svg.querySelectorAll("[data-from]")];
  let first = null;
  let last = null;
  const under = (event) => {
    const box = svg.getBoundingClientRect();
    const at = Math.floor(((event.clientX - box.left) / box.width) * bars.length);
    return Math.min(bars.length - 1, Math.max(0, at));
  };
  const draw = () => {
    const [a, b] = [Math.min(first, last), Math.max(first, last)];
    const wide = svg.viewBox.baseVal.width / bars.length;
    shade.setAttribute("x", String(a * wide));
    shade.setAttribute("width", String((b - a + 1) * wide));
  };
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  svg.addEventListener("pointerdown", (event) => {
    if (event.button === 0 && event.pointerType === "mouse") first = last = under(event);
  });
  window.addEventListener("pointermove", (event) => {
    if (first === null) return;
    last = under(event);
    if (last !== first) draw();
  });
  window.addEventListener("pointerup", () => {
    if (first !== null && first !== last) {
      const there = new URL(figure.dataset.drag, window.location.href);
      there.searchParams.set("published_day__gte", bars[Math.min(first, last)].dataset.from);
      there.searchParams.set("published_day__lte", bars[Math.max(first, last)].dataset.until);
      window.location.assign(there.href);
    }
    first = last = null;
  });
  svg.addEventListener("click", (event) => {
    if (Number(shade.getAttribute("width")) > 0) event.preventDefault();
  });
}

/* A long list of values: what does not hold the typed letters is hidden at once. */
for (const box of document.querySelectorAll("[data-filters]")) {
  const entries = [...document.getElementById(box.dataset.filters).children];
  box.addEventListener("input", () => {
    const wanted = box.value.trim().toLocaleLowerCase();
    for (const entry of entries) entry.hidden = !entry.textContent.toLocaleLowerCase().includes(wanted);
  });
}

/* A list that can be typed can be a file too: its text goes into the box, and nowhere else. */
for (const box of document.querySelectorAll("[data-takes-file]")) {
  const label = document.createElement("label");
  const chooser = document.createElement("input");
  label.className = "file";
  label.textContent = `${box.dataset.takesFile} `;
  chooser.type = "file";
  chooser.accept = ".txt,.csv,text/plain,text/csv";
  chooser.addEventListener("change", async () => {
    if (chooser.files.length) box.value = await chooser.files[0].text();
  });
  label.append(chooser);
  box.after(label);
}

/* Text to take along: a button that copies it. */
for (const text of navigator.clipboard ? document.querySelectorAll("[data-copy]") : []) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text.textContent.trim());
    button.textContent = "Copied";
  });
  text.after(button);
}

/* The slash leads to the search, as on most sites that are searched much. */
document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const search = document.querySelector('input[type="search"]');
  if (search) {
    event.preventDefault();
    search.focus();
  }
});
