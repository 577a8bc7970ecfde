"use strict";
/* Layers for orientation: outlines and names of larger places, names of the places shown, points such as hospitals. */
(() => {
  const T = globalThis.Townline;
  const NAMES = "names";
  const HEIGHT = 15;
  const DOT = 7;
  const FONT = "600 12px system-ui, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif";

  /* The levels with polygons that are coarser than one, finest first. */
  T.coarser = (data, level) =>
    data.levels.filter((item) => item.drawn && item.key !== level && item.ids.length < data.level[level].ids.length);

  /* What can be drawn over a level: names of layers as the address holds them. */
  T.offeredLayers = (data, level) => [
    ...T.coarser(data, level).map((item, at, all) => ({ name: item.key, text: T.say(item.plural), level: item.key, line: at + 1 < all.length ? 1.1 : 2.4 })),
    { name: NAMES, text: T.t("names of", { places: T.say(data.level[level].plural).toLowerCase() }), level },
    ...data.context.map((item) => ({ name: item.layer, text: T.say(item.title), points: item.points })),
  ];

  T.knownLayers = (data) => [NAMES, ...data.levels.map((level) => level.key), ...data.context.map((item) => item.layer)];

  const pen = document.createElement("canvas").getContext("2d");
  const widthOf = (text) => {
    pen.font = FONT;
    return pen.measureText(text).width + 6;
  };

  /* Where a name has most room: the middle of the widest stretch at half the height of the largest part. */
  const roomOf = (rings) => {
    const size = (part) => {
      const bounds = L.latLngBounds(part[0]);
      return (bounds.getNorth() - bounds.getSouth()) * (bounds.getEast() - bounds.getWest());
    };
    const part = rings.reduce((best, other) => (size(other) > size(best) ? other : best));
    const middle = L.latLngBounds(part[0]).getCenter().lat;
    const crossings = part.flatMap((ring) =>
      ring.slice(1).flatMap(([lat, lng], at) => {
        const [south, west] = ring[at];
        return south > middle === lat > middle ? [] : [west + ((middle - south) / (lat - south)) * (lng - west)];
      }),
    ).sort((one, two) => one - two);
    let best = [0, 0];
    for (let at = 0; at + 1 < crossings.length; at += 2) {
      if (crossings[at + 1] - crossings[at] > best[1] - best[0]) best = [crossings[at], crossings[at + 1]];
    }
    return { at: [middle, (best[0] + best[1]) / 2], west: best[0], east: best[1] };
  };

  const roomsOf = (data, level) => {
    const topology = data.topologies[level];
    topology.rooms = topology.rooms || T.polygons(data, level).map((rings) => rings && roomOf(rings));
    return topology.rooms;
  };

  const outlines = (view, data, { level, line }) =>
    T.polygons(data, level).filter(Boolean).map((rings) =>
      L.polygon(rings, { pane: "lines", fill: false, interactive: false, color: "#111111", weight: line, smoothFactor: 0, renderer: view.lineRenderer }));

  const dots = (view, points) =>
    points.map(([x, y]) =>
      L.circleMarker([y, x], { pane: "points", interactive: false, radius: 5, color: "#ffffff", weight: 1.5, fillColor: "#b00040", fillOpacity: 1, renderer: view.pointRenderer }));

  /* Names that could be written, the important ones first; `slack` is by how much one may stick out of its place. */
  const candidates = (data, layer) => {
    if (layer.points) return layer.points.filter(([, , name]) => name).map(([x, y, name]) => ({ at: [y, x], text: name, below: true, shifts: [1, -1] }));
    const { names } = data.level[layer.level];
    return roomsOf(data, layer.level)
      .map((room, place) => room && { ...room, text: layer.line > 2 ? names[place].toLocaleUpperCase(T.language) : names[place], slack: layer.line ? 2.5 : 1.15, shifts: layer.line > 2 ? [0, -1, 1, -2, 2, -3, 3] : [0] })
      .filter(Boolean);
  };

  const overlaps = (one, other) =>
    one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;

  const boxAt = (x, y, wide, high) => ({ left: x - wide / 2, right: x + wide / 2, top: y - high / 2, bottom: y + high / 2 });

  /* The corners that zoom buttons and scale bar cover. */
  const controls = (size) => [
    { left: 0, right: 90, top: size.y - 46, bottom: size.y },
    { left: size.x - 54, right: size.x, top: 0, bottom: 130 },
  ];

  const fits = (map, item, wide) => {
    if (item.below) return map.getZoom() >= 10;
    const room = map.latLngToContainerPoint([item.at[0], item.east]).x - map.latLngToContainerPoint([item.at[0], item.west]).x;
    return wide <= room * item.slack;
  };

  /* Write the names that fit into the window without touching one another. */
  const write = (view, data, layers) => {
    (view.labels || []).forEach(({ tip }) => tip.remove());
    const size = view.map.getSize();
    const taken = [...controls(size), ...layers.flatMap((layer) => layer.points || []).map(([x, y]) => {
      const point = view.map.latLngToContainerPoint([y, x]);
      return boxAt(point.x, point.y, 2 * DOT, 2 * DOT);
    })];
    view.labels = layers.flatMap((layer) => candidates(data, layer)).flatMap((item) => {
      const point = view.map.latLngToContainerPoint(item.at);
      const wide = widthOf(item.text);
      if (!fits(view.map, item, wide)) return [];
      const shift = item.shifts.find((lines) => {
        const box = boxAt(point.x, point.y + lines * HEIGHT, wide, HEIGHT);
        return box.left > 0 && box.right < size.x && box.top > 0 && box.bottom < size.y && !taken.some((other) => overlaps(box, other));
      });
      if (shift === undefined) return [];
      taken.push(boxAt(point.x, point.y + shift * HEIGHT, wide, HEIGHT));
      const tip = L.tooltip({ permanent: true, direction: "center", className: item.below ? "map-label point" : "map-label", pane: "labels", interactive: false, offset: [0, shift * HEIGHT] })
        .setLatLng(item.at)
        .setContent(T.el("span", {}, item.text));
      return [{ tip: tip.addTo(view.map), text: item.text, x: point.x, y: point.y + shift * HEIGHT + 4 }];
    });
  };

  /* Draw the chosen layers on a map. */
  T.drawContext = (view, data, level, chosen) => {
    view.lineRenderer = view.lineRenderer || L.svg({ pane: "lines" });
    view.pointRenderer = view.pointRenderer || L.svg({ pane: "points" });
    (view.context || []).forEach((layer) => layer.remove());
    const layers = T.offeredLayers(data, level).filter((layer) => chosen.includes(layer.name)).reverse();
    view.context = layers.flatMap((layer) => {
      if (layer.points) return dots(view, layer.points);
      return layer.line ? outlines(view, data, layer) : [];
    });
    view.context.forEach((layer) => layer.addTo(view.map));
    const byWeight = (layer) => (layer.line ? 0 : layer.points ? 1 : 2);
    view.write = () => write(view, data, [...layers].sort((one, two) => byWeight(one) - byWeight(two)));
    view.write();
  };

  T.drawContextChoices = (node, data, level, chosen, change) => {
    const box = ({ name, text }) =>
      T.el("label", { class: "check" },
        T.el("input", { type: "checkbox", name, checked: chosen.includes(name), onchange: (event) =>
          change(event.target.checked ? [...chosen, name] : chosen.filter((item) => item !== name)) }),
        T.el("span", {}, text));
    const focused = node.contains(document.activeElement) ? document.activeElement.name : null;
    node.replaceChildren(...T.offeredLayers(data, level).map(box));
    if (focused) node.querySelector(`input[name="${CSS.escape(focused)}"]`)?.focus();
  };
})();
