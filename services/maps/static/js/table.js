"use strict";
/* The places of a picture as a table that can be sorted. */
(() => {
  const T = globalThis.Townline;

  const columnsOf = (data, picture) => {
    const { topic, view } = picture;
    const cell = (place) => data.cell(topic, view.level, view.group, view.period, place);
    const amount = (value) => (value === null ? "" : T.amount(topic, value));
    const block = topic.blocks[view.level];
    const columns = [
      { key: "name", title: T.t("place"), of: (place) => data.level[view.level].names[place], text: (value) => value },
      { key: "estimate", title: `${T.t("value")} (${T.unit(topic)})`, of: (place) => cell(place).estimate, text: amount },
      { key: "moe", title: T.t("margin"), of: (place) => cell(place).moe, text: amount },
    ];
    if (block.lower) {
      for (const name of ["lower", "upper"]) columns.push({ key: name, title: T.t(name), of: (place) => cell(place)[name], text: amount });
    }
    if (view.measure !== "estimate") {
      const item = (place) => picture.places[place];
      columns.push({
        key: "measure",
        title: T.measureTitle(data, view),
        of: (place) => item(place).value,
        text: (value, place) => T.placeText(data, picture, place),
      });
    }
    columns.push({ key: "status", title: T.t("remark"), of: (place) => T.remarkOf(cell(place)), text: (value) => value });
    return columns;
  };

  T.remarkOf = (cell) => (cell.status.code === "published" ? "" : T.statusText(cell.status));

  /* Places sorted by a column; those without a value come last either way. */
  const sorted = (places, column, direction) => {
    const compare = T.sorter().compare;
    return [...places].sort((one, two) => {
      const [a, b] = [column.of(one), column.of(two)];
      if (a === null || b === null) return (a === null) - (b === null) || one - two;
      const order = typeof a === "string" ? compare(a, b) : a - b;
      return order * direction || one - two;
    });
  };

  const heading = (column, order, sort) =>
    T.el(
      "th",
      { scope: "col", "aria-sort": order.key !== column.key ? "none" : order.direction > 0 ? "ascending" : "descending" },
      T.el("button", { type: "button", "data-column": column.key, onclick: () => sort(column.key) }, column.title, T.el("span", { "aria-hidden": "true", class: "arrow" }, order.key !== column.key ? "↕" : order.direction > 0 ? "↑" : "↓")),
    );

  T.Table = class {
    /* `sorted` is told when another order is chosen. */
    constructor(node, open, sorted) {
      this.node = node;
      this.open = open;
      this.sorted = sorted;
      this.order = { key: "name", direction: 1 };
    }

    draw(data, picture, kept) {
      this.last = [data, picture, kept];
      const columns = columnsOf(data, picture);
      const column = columns.find((item) => item.key === this.order.key) || columns[0];
      const places = data.level[picture.view.level].ids.map((_, place) => place).filter((place) => !kept || kept[place]);
      const rows = sorted(places, column, this.order.direction).map((place) => this.row(columns, place));
      const focused = this.node.contains(document.activeElement) ? document.activeElement.dataset.column : null;
      this.node.replaceChildren(
        T.el("div", { class: "scroll tall", tabindex: "0", role: "region", "aria-label": T.viewTitle(data, picture.view) },
          T.el("table", { class: "places" },
            T.el("caption", {}, T.el("span", {}, `${T.viewTitle(data, picture.view)} · ${T.say(data.level[picture.view.level].plural)}`)),
            T.el("thead", {}, T.el("tr", {}, columns.map((item) => heading(item, this.order, (key) => this.sort(key))))),
            T.el("tbody", {}, rows))),
      );
      if (focused) this.node.querySelector(`button[data-column="${focused}"]`).focus();
    }

    row(columns, place) {
      const cells = columns.map((column, at) => {
        const text = column.text(column.of(place), place);
        if (at) return T.el("td", typeof column.of(place) === "string" ? {} : { class: "amount" }, text);
        return T.el("th", { scope: "row" }, T.el("button", { type: "button", class: "link", onclick: () => this.open(place) }, text));
      });
      return T.el("tr", {}, cells);
    }

    sort(key) {
      const again = this.order.key === key;
      this.order = { key, direction: again ? -this.order.direction : key === "name" ? 1 : -1 };
      this.draw(...this.last);
      this.sorted(this.order);
    }
  };
})();
