"use strict";
/* The box that finds places by name, other name or id: a combobox with a list. */
(() => {
  const T = globalThis.Townline;
  const MOST = 8;

  /* Everything that can be found: text as compared, what is shown, level and place. */
  const entriesOf = (data) => {
    const own = data.levels
      .filter((level) => level.drawn)
      .flatMap((level) =>
        level.names.flatMap((name, place) => [
          { text: T.plain(name), name, level: level.key, place },
          ...[level.ids, ...Object.values(level.other_ids)].flatMap((ids) =>
            ids[place] ? [{ text: ids[place].toLowerCase(), name, level: level.key, place }] : []),
        ]),
      );
    const other = data.names.map(([name, level, place]) => ({ text: T.plain(name), name: data.level[level].names[place], level, place, through: name }));
    return [...own, ...other];
  };

  const rank = (entry, wanted) => {
    if (entry.text === wanted) return 0;
    if (entry.text.startsWith(wanted)) return 1;
    return entry.text.includes(` ${wanted}`) ? 2 : 3;
  };

  /* The best entries: exact, then beginning, then containing; larger places first, each place once. */
  T.search = (data, entries, text) => {
    const wanted = T.plain(text);
    if (!wanted) return [];
    const order = data.levels.map((level) => level.key).reverse();
    const found = entries
      .filter((entry) => entry.text.includes(wanted))
      .map((entry, at) => ({ entry, key: [rank(entry, wanted), order.indexOf(entry.level), at] }))
      .sort((one, two) => one.key.reduce((sign, value, at) => sign || value - two.key[at], 0));
    const once = new Map();
    for (const { entry } of found) {
      const name = `${entry.level} ${entry.place}`;
      if (!once.has(name)) once.set(name, entry);
    }
    return [...once.values()].slice(0, MOST);
  };

  T.drawFind = (node, data, go) => {
    const list = T.el("ul", { id: "find-list", role: "listbox", "aria-label": T.t("found"), hidden: true });
    const told = T.el("p", { class: "visually", role: "status" });
    const input = T.el("input", {
      id: "find-input", type: "text", role: "combobox", autocomplete: "off", spellcheck: "false",
      "aria-expanded": "false", "aria-controls": "find-list", "aria-autocomplete": "list",
    });
    let hits = [];
    let at = -1;

    const close = () => {
      list.hidden = true;
      at = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const choose = (hit) => {
      input.value = hit.name;
      close();
      go(hit);
    };
    const mark = (next) => {
      at = (next + hits.length) % hits.length;
      [...list.children].forEach((item, number) => item.setAttribute("aria-selected", String(number === at)));
      input.setAttribute("aria-activedescendant", `find-${at}`);
    };
    const show = () => {
      data.entries = data.entries || entriesOf(data);
      hits = T.search(data, data.entries, input.value);
      list.replaceChildren(...hits.map((hit, number) => {
        const extra = [hit.through && T.t("found through", { name: hit.through }), T.say(data.level[hit.level].label)].filter(Boolean).join(" · ");
        return T.el("li", { role: "option", id: `find-${number}`, "aria-selected": "false", onpointerdown: (event) => { event.preventDefault(); choose(hit); } },
          T.el("span", {}, hit.name), T.el("span", { class: "note" }, extra));
      }));
      at = -1;
      list.hidden = !hits.length;
      input.setAttribute("aria-expanded", String(hits.length > 0));
      input.removeAttribute("aria-activedescendant");
      const nothing = input.value.trim() && !hits.length;
      told.className = nothing ? "note" : "visually";
      told.textContent = nothing ? T.t("found nothing") : hits.length ? T.counted("found count", hits.length) : "";
    };
    input.addEventListener("input", show);
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
      else if (event.key === "Enter" && hits.length && !list.hidden) choose(hits[Math.max(at, 0)]);
      else if (event.key === "ArrowDown" && hits.length) { if (list.hidden) show(); mark(at + 1); }
      else if (event.key === "ArrowUp" && hits.length) mark(at - 1);
      else return;
      event.preventDefault();
    });
    const label = T.el("label", { class: "field", for: "find-input" }, T.el("span", {}, T.t("find")));
    node.replaceChildren(label, T.el("div", { class: "find-box" }, input, list), told);
  };
})();
