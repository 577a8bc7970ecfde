"use strict";
/* Layers for orientation: boundaries of larger places with names, and points such as hospitals. */
(() => {
  const T = globalThis.Townline;

  const label = (view, at, text, name) =>
    L.tooltip({ permanent: true, direction: "center", className: `map-label ${name}`, pane: "points", interactive: false })
      .setLatLng(at)
      .setContent(T.el("span", {}, text));

  /* The coarsest level that has polygons and is not the one that is shown. */
  T.boundaryLevel = (data, level) => {
    const coarser = data.levels.filter((item) => item.drawn && item.key !== level && item.ids.length < data.level[level].ids.length);
    return coarser.length ? coarser[coarser.length - 1] : null;
  };

  const boundaries = (view, data, level) => {
    const around = T.boundaryLevel(data, level);
    if (!around) return [];
    return T.polygons(data, around.key).flatMap((rings, place) => {
      if (!rings) return [];
      const shape = L.polygon(rings, { pane: "lines", fill: false, interactive: false, color: "#111111", weight: 1.8, smoothFactor: 0, renderer: view.lineRenderer });
      return [shape, label(view, shape.getBounds().getCenter(), around.names[place], "around")];
    });
  };

  const points = (view, item, labels) =>
    item.points.flatMap(([x, y, name]) => {
      const sign = L.circleMarker([y, x], { pane: "points", interactive: false, radius: 5, color: "#ffffff", weight: 1.5, fillColor: "#b00040", fillOpacity: 1, renderer: view.pointRenderer });
      return labels && name ? [sign, label(view, [y, x], name, "point")] : [sign];
    });

  /* Draw the chosen layers on a map. */
  T.drawContext = (view, data, level, chosen) => {
    view.lineRenderer = view.lineRenderer || L.svg({ pane: "lines" });
    view.pointRenderer = view.pointRenderer || L.svg({ pane: "points" });
    (view.context || []).forEach((layer) => layer.remove());
    view.context = data.context.filter((item) => chosen.includes(item.layer)).flatMap((item) => points(view, item, view.map.getZoom() >= 10));
    if (chosen.includes("boundaries")) view.context.push(...boundaries(view, data, level));
    view.context.forEach((layer) => layer.addTo(view.map));
  };

  T.drawContextChoices = (node, data, level, chosen, change) => {
    const around = T.boundaryLevel(data, level);
    const offered = data.context.map((item) => [item.layer, T.say(item.title)]);
    if (around) offered.unshift(["boundaries", T.say(around.plural)]);
    const box = ([name, text]) =>
      T.el("label", { class: "check" },
        T.el("input", { type: "checkbox", checked: chosen.includes(name), onchange: (event) =>
          change(event.target.checked ? [...chosen, name] : chosen.filter((item) => item !== name)) }),
        T.el("span", {}, text));
    node.replaceChildren(...(offered.length ? offered.map(box) : [T.el("p", { class: "note" }, T.t("no context"))]));
  };
})();
