// A file may be dropped where it may be chosen. The page works without it.
"use strict";
(() => {
  for (const zone of document.querySelectorAll("[data-drop]")) {
    const input = zone.querySelector("input[type=file]");
    const said = zone.querySelector("[data-said]");
    if (!input || !said) continue;
    let inside = 0;
    const over = (step) => {
      inside = Math.max(0, step ? inside + step : 0);
      zone.classList.toggle("over", inside > 0);
    };
    zone.classList.add("drop");
    for (const hint of zone.querySelectorAll("[data-hint]")) hint.hidden = false;
    zone.addEventListener("dragenter", (event) => {
      event.preventDefault();
      over(1);
    });
    zone.addEventListener("dragleave", () => over(-1));
    zone.addEventListener("dragover", (event) => event.preventDefault());
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      over(0);
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      said.textContent = `${said.dataset.said} ${input.files[0].name}`;
      input.focus();
    });
  }
})();
