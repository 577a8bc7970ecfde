/* Small helps of every page: the switch between light and dark, and buttons that copy. */
(() => {
  "use strict";
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const theme = () => root.dataset.theme || (system.matches ? "dark" : "light");

  const button = document.querySelector("[data-theme-switch]");
  const label = () => {
    button.textContent = theme() === "dark" ? button.dataset.light : button.dataset.dark;
  };
  if (button) {
    label();
    button.hidden = false;
    system.addEventListener("change", label);
    button.addEventListener("click", () => {
      root.dataset.theme = theme() === "dark" ? "light" : "dark";
      try {
        localStorage.setItem("townline-theme", root.dataset.theme);
      } catch {
        /* the choice holds for this page only */
      }
      label();
    });
  }

  if (matchMedia("(max-width: 60rem)").matches) document.querySelector(".facets details")?.removeAttribute("open");

  const said = document.querySelector("[data-copied]");
  const select = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  };
  for (const copy of document.querySelectorAll("[data-copy]")) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      const text = copy.parentElement.querySelector("code");
      try {
        await navigator.clipboard.writeText(text.textContent);
        said.textContent = said.dataset.copied;
        copy.classList.add("done");
      } catch {
        select(text);
        said.textContent = document.execCommand("copy") ? said.dataset.copied : said.dataset.notCopied;
      }
      setTimeout(() => {
        said.textContent = "";
        copy.classList.remove("done");
      }, 2500);
    });
  }
})();
