"use strict";
/* The legend: classes with their limits and numbers of places, and what the other signs mean. */
(() => {
  const T = globalThis.Townline;

  const swatch = (fill, prefix, defs) =>
    T.svg(
      "svg",
      { class: "swatch", width: 28, height: 18, "aria-hidden": "true", focusable: "false" },
      defs ? defs() : [],
      T.svg("rect", { x: 0.5, y: 0.5, width: 27, height: 17, fill, stroke: "#5a5a5a" }),
    );

  /* The limits of a class in words. */
  T.classText = (picture, number) => {
    const { limits, topic, view } = picture;
    const text = (value) => T.measured(topic, view.measure, value);
    const belowZero = !["count", "share", "rate"].includes(topic.kind) || view.measure !== "estimate";
    if (!limits.length) return T.t("all values");
    if (number === 0 && limits[0] === 0 && !belowZero) return text(0);
    if (number === 0) return T.t("up to", { value: text(limits[0]) });
    if (number === limits.length) return T.t("over", { value: text(limits[number - 1]) });
    return T.t("between", { low: text(limits[number - 1]), high: text(limits[number]) });
  };

  const classRows = (data, picture) =>
    T.ramp(data, picture).map((colour, number) => ({
      fill: colour,
      text: T.classText(picture, number),
      count: picture.counts.classes[number],
    }));

  const verdictRows = (data, picture) =>
    ["worse", "same", "better"].map((kind) => ({
      fill: data.palette.verdict[kind],
      text: T.t(T.verdictKey(picture.topic, kind)),
      count: picture.counts.kinds[kind] || 0,
    }));

  /* All entries of a picture's legend: fill, text and number of places. */
  T.legendRows = (data, picture, prefix) => {
    const verdict = T.isVerdict(picture.view.measure);
    const rows = verdict ? verdictRows(data, picture) : classRows(data, picture);
    const kinds = picture.counts.kinds;
    const sign = (fill, key, count = 0) => rows.push({ fill, text: T.t(key), count, sign: true });
    sign(`url(#${prefix}-hatch-unreliable)`, "legend unreliable", picture.counts.hatched);
    sign(data.palette.suppressed, "legend suppressed", kinds.suppressed);
    for (const [text, count] of T.reasons(data, picture)) rows.push({ fill: `url(#${prefix}-dots)`, text, count, sign: true });
    sign(data.palette.none, "legend none", kinds.none);
    return rows;
  };

  T.legendNote = (data, picture) => {
    const { measure } = picture.view;
    if (T.isVerdict(measure)) {
      return T.t("legend verdict", { confidence: T.number(picture.topic.confidence * 100, 0) });
    }
    return measure === "estimate" ? T.t("legend shared") : T.t("legend symmetric");
  };

  /* How a layer over the map looks. */
  const layerSign = (layer) =>
    T.svg("svg", { class: "swatch", width: 28, height: 18, "aria-hidden": "true", focusable: "false" },
      layer.points
        ? T.svg("circle", { cx: 14, cy: 9, r: 5, fill: "#b00040", stroke: "#ffffff", "stroke-width": 1.5 })
        : T.svg("path", { d: "M1 9H27", class: "outline-sign", "stroke-width": layer.line }));

  T.drawLegend = (node, data, picture, prefix, layers) => {
    const name = `${prefix}-legend`;
    const rows = T.legendRows(data, picture, name).map((row) =>
      T.el(
        "li",
        {},
        swatch(row.fill, name),
        T.el("span", { class: "legend-text" }, row.text),
        T.el("span", { class: "legend-count" }, T.number(row.count, 0)),
      ),
    );
    const drawn = layers.filter((layer) => layer.points || layer.line).map((layer) =>
      T.el("li", {}, layerSign(layer), T.el("span", { class: "legend-text" }, layer.text)));
    const defs = T.svg("svg", { width: 0, height: 0, "aria-hidden": "true", class: "hidden-defs" }, T.patterns(data, picture, name));
    node.replaceChildren(
      defs,
      T.el("p", { class: "legend-title" }, T.measureTitle(data, picture.view), T.el("span", { class: "legend-count" }, T.say(data.level[picture.view.level].plural))),
      T.el("ul", {}, rows),
      drawn.length ? T.el("ul", { class: "legend-layers", "aria-label": T.t("legend layers") }, drawn) : "",
      T.el("p", { class: "note" }, T.legendNote(data, picture)),
    );
  };
})();
