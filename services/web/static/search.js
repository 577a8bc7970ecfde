/* The catalog without a server: the form filters the list that the page holds. */
(() => {
  "use strict";
  const form = document.querySelector("[data-search]");
  const results = [...document.querySelectorAll("[data-layer]")];
  const count = document.querySelector("[data-result-count]");
  const boxes = [...document.querySelectorAll("input[type=checkbox][form=search]")];
  const plain = (value) => value.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const words = new Map(results.map((result) => [result, plain(`${result.textContent} ${result.dataset.layer}`)]));
  const facets = [...new Set(boxes.map((box) => box.name))];

  const touches = (result) => {
    if (!form.elements.bbox.value) return true;
    if (!result.dataset.bounds) return false;
    const [west, south, east, north] = form.elements.bbox.value.split(",").map(Number);
    const [w, s, e, n] = result.dataset.bounds.split(",").map(Number);
    return w <= east && e >= west && s <= north && n >= south;
  };

  const chosen = (name) => boxes.filter((box) => box.name === name && box.checked).map((box) => box.value);
  const fits = (result, but) =>
    facets.every((name) => name === but || !chosen(name).length || chosen(name).includes(result.dataset[name]));

  const apply = () => {
    const wanted = plain(form.elements.q.value).split(/\s+/).filter(Boolean);
    const found = results.filter((result) => wanted.every((word) => words.get(result).includes(word)) && touches(result));
    const shown = found.filter((result) => fits(result));
    for (const result of results) result.hidden = !shown.includes(result);
    for (const box of boxes) {
      const left = found.filter((result) => fits(result, box.name) && result.dataset[box.name] === box.value);
      box.parentElement.querySelector("[data-count]").textContent = left.length;
    }
    count.textContent =
      shown.length === 1 ? count.dataset.one : count.dataset.many.replace("%", shown.length.toLocaleString("en-US"));
  };

  const asked = new URLSearchParams(location.search);
  form.elements.q.value = asked.get("q") ?? "";
  for (const box of boxes) box.checked = asked.getAll(box.name).includes(box.value);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    apply();
  });
  form.elements.q.addEventListener("input", apply);
  for (const box of boxes) box.addEventListener("change", apply);
  apply();
})();
