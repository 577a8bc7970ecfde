"use strict";
/* Interval bars: the values of all groups of a place with their limits, the state and the region beside them. */
(() => {
  const T = globalThis.Townline;
  const EDGE = 2; // per cent of the width left free on both sides

  const bounds = (cell) => {
    if (!cell || cell.estimate === null) return [];
    const [low, high] = T.interval(cell);
    return [cell.estimate, low, high].filter((value) => value !== null);
  };

  /* The limits of a cell: the published interval, else estimate ∓ margin; null where there is none. */
  T.interval = (cell) => {
    if (cell.lower !== null && cell.upper !== null) return [cell.lower, cell.upper];
    if (cell.moe !== null) return [cell.estimate - cell.moe, cell.estimate + cell.moe];
    return [null, null];
  };

  const scale = (rows) => {
    const values = rows.flatMap((row) => [...bounds(row.cell), ...bounds(row.state), ...bounds(row.region)]);
    const high = Math.max(...values, 0);
    const low = Math.min(...values, 0);
    const span = high - low || 1;
    return (value) => EDGE + ((value - low) / span) * (100 - 2 * EDGE);
  };

  /* A line from one place of the scale to another; heights are in pixels. */
  const line = (kind, from, to, top, bottom) => T.svg("line", { class: kind, x1: `${from}%`, x2: `${to}%`, y1: top, y2: bottom });

  const bar = (row, x) => {
    const [low, high] = T.interval(row.cell);
    const [start, end] = [x(0), x(row.cell.estimate)].sort((one, two) => one - two);
    const kind = row.cell.status.code === "unreliable" ? "bar doubtful" : "bar";
    const shape = T.svg("rect", { class: kind, x: `${start}%`, y: 7, width: `${end - start}%`, height: 12 });
    if (low === null) return [shape];
    return [shape, line("whisker", x(low), x(high), 13, 13), ...[low, high].map((value) => line("whisker", x(value), x(value), 8, 18))];
  };

  const region = (cell, x) =>
    cell && cell.estimate !== null
      ? T.svg("svg", { x: `${x(cell.estimate)}%`, class: "marked" }, T.svg("path", { class: "mark region", d: "M0 7l5 6l-5 6l-5 -6z" }))
      : [];

  const state = (cell, x) => (cell && cell.estimate !== null ? line("mark state", x(cell.estimate), x(cell.estimate), 3, 23) : []);

  /* A list with one bar per row; rows have label, text, cell, state and region. */
  T.drawBars = (rows, names) => {
    const x = scale(rows);
    const items = rows.map((row) => {
      const svg = T.svg(
        "svg",
        { class: "bars", "aria-hidden": "true", focusable: "false" },
        line("axis", x(0), x(0), 0, 26),
        row.cell && row.cell.estimate !== null ? bar(row, x) : [],
        region(row.region, x),
        state(row.state, x),
      );
      return T.el("li", row.current ? { class: "current" } : {}, T.el("span", { class: "bar-label" }, row.label), T.el("span", { class: "bar-text" }, row.text), svg);
    });
    const key = [
      [names.interval, T.svg("path", { class: "whisker", d: "M2 9H26M2 4v10M26 4v10" })],
      [names.state, T.svg("path", { class: "mark state", d: "M14 1v16" })],
      names.region ? [names.region, T.svg("path", { class: "mark region", d: "M14 3l5 6l-5 6l-5 -6z" })] : null,
    ].filter((item) => item && item[0]);
    return [
      T.el("ul", { class: "bar-list" }, items),
      T.el("p", { class: "bar-key" }, key.map(([text, sign]) => T.el("span", {}, T.svg("svg", { width: 28, height: 18, "aria-hidden": "true", focusable: "false" }, sign), text))),
    ];
  };
})();
