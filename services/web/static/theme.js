/* Light or dark as chosen before, set before anything is painted; without a choice the system decides. */
(() => {
  "use strict";
  document.documentElement.classList.add("scripted");
  try {
    const chosen = localStorage.getItem("townline-theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch {
    /* storage is not allowed here: the system's choice stands */
  }
})();
