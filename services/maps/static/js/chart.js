"use strict";
/* Interval bars: the values of all groups of a place with their limits, the state and the region beside them. */
(() => {
  const T = globalThis.Townline;
  const WIDTH = 300;
  const ROW = 26;

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
    return (value) => 6 + ((value - low) / span) * (WIDTH - 12);
  };

  const bar = (row, x, y) => {
    const parts = [];
    const [low, high] = T.interval(row.cell);
    const zero = x(0);
    const end = x(row.cell.estimate);
    parts.push(T.svg("rect", { class: row.cell.status.code === "unreliable" ? "bar doubtful" : "bar", x: Math.min(zero, end), y: y + 7, width: Math.abs(end - zero), height: 12 }));
    if (low !== null) {
      parts.push(T.svg("path", { class: "whisker", d: `M${x(low)} ${y + 13}H${x(high)}M${x(low)} ${y + 8}v10M${x(high)} ${y + 8}v10` }));
    }
    return parts;
  };

  const mark = (cell, x, y, kind) => {
    if (!cell || cell.estimate === null) return [];
    const at = x(cell.estimate);
    return kind === "state"
      ? [T.svg("path", { class: "mark state", d: `M${at} ${y + 3}v20` })]
      : [T.svg("path", { class: "mark region", d: `M${at} ${y + 7}l5 6l-5 6l-5 -6z` })];
  };

  /* A list with one bar per row; rows have label, text, cell, state and region. */
  T.drawBars = (rows, names) => {
    const x = scale(rows);
    const items = rows.map((row) => {
      const shapes = row.cell && row.cell.estimate !== null ? bar(row, x, 0) : [];
      const svg = T.svg(
        "svg",
        { viewBox: `0 0 ${WIDTH} ${ROW}`, class: "bars", "aria-hidden": "true", focusable: "false", preserveAspectRatio: "none" },
        T.svg("path", { class: "axis", d: `M${x(0)} 0v${ROW}` }),
        shapes,
        mark(row.region, x, 0, "region"),
        mark(row.state, x, 0, "state"),
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
