"use strict";
/* The profile of one place: all groups of the indicator with their intervals, the state and region beside them. */
(() => {
  const T = globalThis.Townline;

  /* The region around a place that has values of the topic: the nearest level above. */
  const regionOf = (data, topic, { level, place }) => {
    for (const [key, positions] of Object.entries(data.level[level].parents)) {
      if (positions[place] >= 0 && topic.blocks[key]) return { level: key, place: positions[place] };
    }
    return null;
  };

  const cellText = (topic, cell) => {
    if (!cell) return "–";
    if (cell.estimate === null) return T.statusText(cell.status);
    const margin = cell.moe === null ? "" : ` ± ${T.amount(topic, cell.moe)}`;
    return `${T.amount(topic, cell.estimate)}${margin}`;
  };

  T.statusText = (status) => (status.label ? T.say(status.label) : T.t("kind none"));

  const intervalText = (topic, cell) => {
    if (!cell || cell.estimate === null) return "";
    const [low, high] = T.interval(cell);
    return low === null ? "" : `${T.amount(topic, low)} – ${T.amount(topic, high)}`;
  };

  const remark = (cell) =>
    cell && cell.estimate !== null && cell.status.code !== "published" ? T.statusText(cell.status) : "";

  /* A value in a column as narrow as its halves: the margin stays whole. */
  const valueNodes = (text) => {
    const [value, margin] = text.split(" ± ");
    return margin ? [`${value} `, T.el("span", { class: "margin" }, `± ${margin}`)] : [text];
  };

  /* One row per group of the topic in this period. */
  const rowsOf = (data, view, selected) => {
    const topic = data.topics[view.topic];
    const region = regionOf(data, topic, selected);
    return topic.groups.map((_, group) => {
      const cell = data.cell(topic, selected.level, group, view.period, selected.place);
      return {
        label: T.group(topic, group),
        current: group === view.group,
        cell,
        state: data.whole && data.cell(topic, data.whole.key, group, view.period, 0),
        region: region && data.cell(topic, region.level, group, view.period, region.place),
        text: cellText(topic, cell),
      };
    });
  };

  const intervalName = (topic, rows) => {
    const cells = rows.map((row) => row.cell).filter((cell) => cell && cell.estimate !== null);
    if (!cells.some((cell) => T.interval(cell)[0] !== null)) return "";
    const given = cells.some((cell) => cell.lower !== null);
    return T.t("interval", { confidence: T.number(given ? topic.confidence * 100 : 90, 0) });
  };

  const table = (topic, rows, names) => {
    const columns = [
      [T.t("group"), (row) => row.label],
      [T.t("value"), (row) => [...valueNodes(row.text), remark(row.cell) && T.el("span", { class: "note" }, remark(row.cell))]],
      [names.interval, (row) => intervalText(topic, row.cell)],
      [names.region, (row) => valueNodes(cellText(topic, row.region))],
      [names.state, (row) => valueNodes(cellText(topic, row.state))],
    ].filter(([title]) => title);
    return T.el(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": T.t("same numbers") },
      T.el(
        "table",
        {},
        T.el("thead", {}, T.el("tr", {}, columns.map(([title]) => T.el("th", { scope: "col" }, title)))),
        T.el("tbody", {}, rows.map((row) =>
          T.el("tr", row.current ? { class: "current" } : {}, columns.map(([, text], at) =>
            at ? T.el("td", {}, text(row)) : T.el("th", { scope: "row" }, text(row)),
          )),
        )),
      ),
    );
  };

  const place = (data, selected) => {
    const level = data.level[selected.level];
    const around = Object.entries(level.parents)
      .filter(([, positions]) => positions[selected.place] >= 0)
      .map(([key, positions]) => data.level[key].names[positions[selected.place]]);
    const others = Object.entries(level.other_ids)
      .filter(([, ids]) => ids[selected.place])
      .map(([vintage, ids]) => T.t("other id", { id: ids[selected.place], vintage }));
    return [T.say(level.label), ...new Set(around), data.state, level.ids[selected.place], ...others].join(" · ");
  };

  /* What ± and the lines across the bars mean, as far as the values of a topic at a level have them. */
  T.errorNotes = (data, topic, level) => {
    const block = topic.blocks[level] ? data.block(topic, level) : null;
    const some = (name) => Boolean(block && block[name] && block[name].some((value) => !Number.isNaN(value)));
    return [
      some("moe") && T.t("margin note"),
      some("lower") && T.t("interval note", { confidence: T.number(topic.confidence * 100, 0) }),
    ].filter(Boolean);
  };

  /* Which boundaries and ids the place is of. */
  const boundaries = (data, level) => {
    const source = data.sources.find((item) => item.id === level.source);
    return source && T.filled("boundaries", { places: T.say(level.plural).toLowerCase(), vintage: level.vintage, title: T.credit(source) }).flat();
  };

  const notes = (data, topic, level) => {
    const source = data.sources.find((item) => item.id === topic.source);
    return T.el(
      "div",
      { class: "notes" },
      T.el("p", {}, T.say(topic.definition)),
      T.el("p", {}, `${T.t("universe")}: ${T.say(topic.universe)}.`),
      topic.caveats.map((caveat) => T.el("p", {}, T.said(caveat))),
      T.errorNotes(data, topic, level.key).map((text) => T.el("p", {}, text)),
      T.el("p", {}, boundaries(data, level)),
      source && T.el("p", {}, T.source(source)),
    );
  };

  /* A source as nodes. */
  T.source = (source) =>
    T.filled("source", {
      title: T.said(source.title),
      agency: T.credit(source),
      version: source.version,
      published: T.date(new Date(`${source.published}T12:00:00`)),
      licence: T.said(source.licence),
    }).flat();

  const narrow = matchMedia("(max-width: 61.99rem)");

  /* Show the profile: beside the map, or over it where there is no room; `modal` is false while printing. */
  T.showProfile = (node, modal = narrow.matches) => {
    if (node.open && node.matches(":modal") === modal) return;
    node.close();
    if (modal) node.showModal();
    else node.setAttribute("open", "");
  };

  T.listenProfile = (node, close) => {
    node.addEventListener("cancel", (event) => {
      event.preventDefault();
      close();
    });
    narrow.addEventListener("change", () => node.open && !T.printing() && T.showProfile(node));
    addEventListener("beforeprint", () => node.open && T.showProfile(node, false));
    addEventListener("afterprint", () => node.open && T.showProfile(node));
  };

  /* Draw the profile; `close` ends it. */
  T.drawProfile = (node, data, view, selected, close) => {
    const topic = data.topics[view.topic];
    const level = data.level[selected.level];
    const rows = rowsOf(data, view, selected).filter((row) => row.cell);
    const region = regionOf(data, topic, selected);
    const names = {
      interval: intervalName(topic, rows),
      state: data.whole && topic.blocks[data.whole.key] ? data.state : "",
      region: region ? data.level[region.level].names[region.place] : "",
    };
    node.replaceChildren(
      T.el("div", { class: "profile-head" },
        T.el("h2", { id: "profile-title", tabindex: "-1" }, level.names[selected.place]),
        T.el("button", { type: "button", class: "close", "aria-label": T.t("close profile"), onclick: close }, "×")),
      T.el("p", { class: "note" }, place(data, selected)),
      T.el("h3", {}, `${T.say(topic.title)}, ${T.period(topic, view.period)} (${T.unit(topic)})`),
      ...(rows.length ? T.drawBars(rows, names) : [T.el("p", {}, T.t("no values here"))]),
      T.el("h3", {}, T.t("same numbers")),
      table(topic, rows, names),
      notes(data, topic, level),
    );
  };
})();
