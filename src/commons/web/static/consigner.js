// The entry as it will be written, while one types. The page works without it.
"use strict";
(() => {
  const place = document.getElementById("apercu");
  const form = place && place.closest("form");
  if (!form || !window.fetch) return;
  let waiting = 0;
  let asked = 0;
  const show = async () => {
    const turn = ++asked;
    try {
      const answer = await fetch(place.dataset.from, { method: "POST", body: new FormData(form) });
      if (!answer.ok) return;
      const written = await answer.text();
      if (turn !== asked) return;
      place.innerHTML = written;
      place.hidden = false;
    } catch {
      place.hidden = true;
    }
  };
  form.addEventListener("input", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(show, 250);
  });
})();
