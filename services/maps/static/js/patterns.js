"use strict";
/* Patterns for places: a hatch over every class colour, dots where nothing is known. */
(() => {
  const T = globalThis.Townline;

  const dark = (colour) => {
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
  };

  const hatch = (id, colour, unit) =>
    T.svg(
      "pattern",
      { id, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: `rotate(45) scale(${unit})` },
      T.svg("rect", { width: 6, height: 6, fill: colour }),
      T.svg("rect", { width: 1.6, height: 6, fill: dark(colour) ? "#ffffff" : "#303030" }),
    );

  const dots = (id, colour, unit) =>
    T.svg(
      "pattern",
      { id, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: `scale(${unit})` },
      T.svg("rect", { width: 6, height: 6, fill: colour }),
      T.svg("circle", { cx: 2, cy: 2, r: 1, fill: "#6b6b6b" }),
    );

  /* The patterns of a picture inside an SVG; `prefix` tells the SVGs of one page apart, `unit` is their size. */
  T.patterns = (data, picture, prefix, unit = 1) => {
    const colours = T.isVerdict(picture.view.measure) ? [] : T.ramp(data, picture);
    return T.svg(
      "defs",
      { class: "patterns" },
      colours.map((colour, number) => hatch(`${prefix}-hatch-${number}`, colour, unit)),
      hatch(`${prefix}-hatch-unreliable`, data.palette.unreliable, unit),
      dots(`${prefix}-dots`, data.palette.missing, unit),
    );
  };

  /* What a place is filled with. */
  T.fill = (data, picture, place, prefix) => {
    if (place.kind === "missing") return `url(#${prefix}-dots)`;
    if (place.hatched) return `url(#${prefix}-hatch-${place.kind === "class" ? place.number : "unreliable"})`;
    return T.colour(data, picture, place);
  };
})();
