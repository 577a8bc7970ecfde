"use strict";
/* Downloads of what is shown: CSV, GeoJSON and PNG, and a link that restores the view. */
(() => {
  const T = globalThis.Townline;
  const PRECISE = 1e5;

  T.save = (name, blob) => {
    const address = URL.createObjectURL(blob);
    const link = T.el("a", { href: address, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  };

  /* A CSV field; texts that a spreadsheet would run as a formula get an apostrophe before them. */
  const field = (value) => {
    if (value === null || value === undefined) return "";
    if (typeof value === "number") return String(value);
    const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };

  const NUMBERS = ["estimate", "moe", "lower", "upper"];

  /* One row per place of a view, as plain values. */
  const rowsOf = (data, view, kept) => {
    const topic = data.topics[view.topic];
    const level = data.level[view.level];
    const codes = T.codesOf(topic, view.group);
    return level.ids
      .map((id, place) => ({ id, place }))
      .filter(({ place }) => !kept || kept[place])
      .map(({ id, place }) => {
        const cell = data.cell(topic, view.level, view.group, view.period, place);
        const numbers = Object.fromEntries(NUMBERS.map((name) => [name, cell[name]]));
        return { place_type: level.type, vintage: level.vintage, geoid: id, name: level.names[place], indicator: topic.id, period: topic.periods[view.period], ...codes, ...numbers, status: cell.status.code };
      });
  };

  T.csv = (rows) => {
    const names = Object.keys(rows[0] || {});
    return [names, ...rows.map((row) => names.map((name) => row[name]))].map((row) => row.map(field).join(",")).join("\r\n") + "\r\n";
  };

  const rounded = (value) => Math.round(value * PRECISE) / PRECISE;

  const geometry = (rings) => ({
    type: "MultiPolygon",
    coordinates: rings.map((part) => part.map((ring) => ring.map(([lat, lng]) => [rounded(lng > 180 ? lng - 360 : lng), rounded(lat)]))),
  });

  T.geojson = (data, view, kept) => {
    const polygons = T.polygons(data, view.level);
    const position = new Map(data.level[view.level].ids.map((id, place) => [id, place]));
    const features = rowsOf(data, view, kept).map((row) => {
      const rings = polygons[position.get(row.geoid)];
      return { type: "Feature", id: row.geoid, properties: row, geometry: rings ? geometry(rings) : null };
    });
    return { type: "FeatureCollection", features };
  };

  const everyGroup = (data, view, kept) => {
    const topic = data.topics[view.topic];
    return topic.periods.flatMap((_, period) => topic.groups.flatMap((__, group) => rowsOf(data, { ...view, period, group }, kept)));
  };

  const link = async (node) => {
    const input = T.el("input", { type: "text", readonly: true, value: location.href, "aria-label": T.t("link") });
    node.replaceChildren(input);
    input.select();
    try {
      await navigator.clipboard.writeText(location.href);
      node.append(T.el("p", { class: "note" }, T.t("link copied")));
    } catch {
      node.append(T.el("p", { class: "note" }, T.t("link shown")));
    }
  };

  /* Buttons for the files; `now` gives the picture, the places that are kept and the layers over the map. */
  T.drawFiles = (node, data, now) => {
    const stem = (view) => [data.id, data.topics[view.topic].id, view.level].join("_");
    const csv = (rows, name) => T.save(name, new Blob(["\ufeff", T.csv(rows)], { type: "text/csv" }));
    const shown = T.el("div", { role: "status" });
    const actions = {
      csv: ({ view, kept }) => csv(rowsOf(data, view, kept), `${stem(view)}.csv`),
      "csv all": ({ view, kept }) => csv(everyGroup(data, view, kept), `${stem(view)}_all-groups.csv`),
      geojson: ({ view, kept }) => T.save(`${stem(view)}.geojson`, new Blob([JSON.stringify(T.geojson(data, view, kept))], { type: "application/geo+json" })),
      png: ({ view, picture, map, layers, met }) => T.png(data, picture, map, layers, met, (blob) => T.save(`${stem(view)}.png`, blob)),
      link: () => link(shown),
    };
    node.replaceChildren(...[
      T.el("div", { class: "buttons" }, Object.entries(actions).filter(([name]) => name !== "link" || T.hasAddress()).map(([name, run]) =>
        T.el("button", { type: "button", "data-file": name, onclick: () => run(now()) }, T.t(`file ${name}`)))),
      data.download ? T.el("p", {}, T.el("a", { href: data.download, download: true }, T.t("file page"))) : null,
      shown,
    ].filter(Boolean));
  };
})();
