"use strict";
/* The map as a PNG: title, polygons as they are painted, scale, legend and sources on one sheet. */
(() => {
  const T = globalThis.Townline;
  const WIDE = 1200;
  const MARGIN = 24;
  const ROOM = WIDE - 2 * MARGIN;
  const HIGHEST = 1100; // of the map on the sheet
  const SIGN = 1.2; // by how much signs and letters are larger than on the screen
  const PAD = 8;
  const TOP = 92;
  const ROW = 28;
  const FONT = "system-ui, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif";
  const INK = "#1b1b1b";

  const text = (x, y, size, words, bold) =>
    T.svg("text", { x, y, "font-size": size, "font-family": FONT, fill: INK, "font-weight": bold ? 700 : 400 }, words);

  /* The size at which words fit into the width of the sheet, at most `size`. */
  const fitted = (words, size) => Math.min(size, ROOM / (words.length * 0.6));

  const wrapped = (words, most) => {
    const lines = [""];
    for (const word of words.split(" ")) {
      if (lines[lines.length - 1].length + word.length > most) lines.push("");
      lines[lines.length - 1] += `${word} `;
    }
    return lines;
  };

  /* The part of the window that has places or names in it: left, top, width and height in its pixels. */
  const cropped = (map, origin) => {
    const size = map.map.getSize();
    const boxes = map.paths.filter(Boolean).map((path) => path.getBBox()).map((box) => [box.x - origin.x, box.y - origin.y, box.x + box.width - origin.x, box.y + box.height - origin.y]);
    for (const { text: words, x, y } of map.labels || []) boxes.push([x - words.length * 5, y - 14, x + words.length * 5, y + 6]);
    const least = (at) => Math.max(0, boxes.reduce((low, box) => Math.min(low, box[at]), Infinity) - PAD);
    const most = (at, edge) => Math.min(edge, boxes.reduce((high, box) => Math.max(high, box[at]), -Infinity) + PAD);
    const [left, top, right, bottom] = [least(0), least(1), most(2, size.x), most(3, size.y)];
    if (!(right > left && bottom > top)) return { left: 0, top: 0, wide: size.x, high: size.y };
    return { left, top, wide: right - left, high: bottom - top };
  };

  const places = (data, picture, map, unit) =>
    map.paths.filter(Boolean).map((path) => {
      const place = picture.places[Number(path.dataset.place)];
      return T.svg("path", { d: path.getAttribute("d"), fill: T.fill(data, picture, place, "sheet-map"), stroke: data.palette.outline, "stroke-width": 0.5 * unit, "fill-rule": "evenodd", opacity: path.classList.contains("faded") ? 0.15 : 1 });
    });

  /* Outlines and points over the places; `unit` is what a pixel of a sign is in the map's pixels. */
  const over = (map, unit) =>
    (map.context || []).map((layer) => {
      const { color, weight, fillColor, radius } = layer.options;
      const line = { stroke: color, "stroke-width": weight * unit };
      if (!radius) return T.svg("path", { d: layer.getElement().getAttribute("d"), fill: "none", "stroke-linejoin": "round", ...line });
      const { x, y } = map.map.latLngToLayerPoint(layer.getLatLng());
      return T.svg("circle", { cx: x, cy: y, r: radius * unit, fill: fillColor, ...line });
    });

  const labels = (map, unit) =>
    (map.labels || []).map(({ text: words, x, y }) =>
      T.svg("text", { x, y, "font-size": 12 * unit, "font-weight": 600, "font-family": FONT, "text-anchor": "middle", fill: "#111111", stroke: "#ffffff", "stroke-width": 3 * unit, "paint-order": "stroke" }, words));

  /* The map itself, its upper edge at `TOP`; the result has its height on the sheet and how much it is enlarged. */
  const mapOf = (data, picture, map) => {
    const origin = map.map.containerPointToLayerPoint([0, 0]);
    const crop = cropped(map, origin);
    const scale = Math.min(ROOM / crop.wide, HIGHEST / crop.high);
    const unit = SIGN / scale;
    const left = MARGIN + (ROOM - crop.wide * scale) / 2;
    const node = T.svg("g", {},
      T.patterns(data, picture, "sheet-map", unit),
      T.svg("clipPath", { id: "sheet-clip" }, T.svg("rect", { x: crop.left, y: crop.top, width: crop.wide, height: crop.high })),
      T.svg("g", { transform: `translate(${left} ${TOP}) scale(${scale}) translate(${-crop.left} ${-crop.top})`, "clip-path": "url(#sheet-clip)" },
        T.svg("g", { transform: `translate(${-origin.x} ${-origin.y})` }, places(data, picture, map, unit), over(map, unit)),
        labels(map, unit)));
    return { node, high: crop.high * scale, scale };
  };

  /* The scale bars of the window beside each other, each with its length. */
  const scaleBars = (map, scale, y) => {
    let x = MARGIN;
    return [...map.map.getContainer().querySelectorAll(".leaflet-control-scale-line")].flatMap((line) => {
      const [start, wide] = [x, line.offsetWidth * scale];
      x += wide + 2 * MARGIN;
      return [
        T.svg("path", { d: `M${start} ${y - 6}v6h${wide}v-6`, fill: "none", stroke: INK, "stroke-width": 1.5 }),
        text(start + 6, y - 5, 13, line.textContent),
      ];
    });
  };

  const swatch = (row) => (x, y) => T.svg("rect", { x, y, width: 32, height: 20, fill: row.fill, stroke: "#5a5a5a" });

  const layerSign = (layer) => (x, y) =>
    layer.points
      ? T.svg("circle", { cx: x + 16, cy: y + 10, r: 5 * SIGN, fill: "#b00040", stroke: "#ffffff", "stroke-width": 1.5 })
      : T.svg("path", { d: `M${x} ${y + 10}h32`, stroke: "#111111", "stroke-width": layer.line * SIGN });

  /* What the sheet's legend names: classes, signs that are on the map, layers over it. */
  const entries = (data, picture, layers) => [
    ...T.legendRows(data, picture, "sheet").filter((row) => row.count || !row.sign).map((row) => ({ draw: swatch(row), words: `${row.text} (${T.number(row.count, 0)})` })),
    ...layers.filter((layer) => layer.points || layer.line).map((layer) => ({ draw: layerSign(layer), words: layer.text })),
  ];

  /* The legend in columns; the result has its height. */
  const legend = (named, y) => {
    const columns = named.some(({ words }) => words.length > 38) ? 2 : 3;
    const rows = Math.ceil(named.length / columns);
    const nodes = named.flatMap(({ draw, words }, at) => {
      const [x, top] = [MARGIN + (Math.floor(at / rows) * ROOM) / columns, y + (at % rows) * ROW];
      return [draw(x, top), text(x + 42, top + 16, 16, words)];
    });
    return { nodes, high: rows * ROW };
  };

  const sourceLines = (data, view, layers) => {
    const told = T.shownSources(data, view, layers.map((layer) => layer.name)).map((item) =>
      `${T.say(item.title)} (${T.creditText(item)}), ${T.date(new Date(`${item.published}T12:00:00`))}`);
    return wrapped(told.join("; "), 145);
  };

  /* The sheet as an SVG element; `layers` are those that are drawn over the map, `met` says which places are not faded. */
  T.sheet = (data, picture, map, layers, met) => {
    const drawn = mapOf(data, picture, map);
    const bars = TOP + drawn.high + 30;
    const signs = legend(entries(data, picture, layers), bars + 26);
    const below = bars + 26 + signs.high + 22;
    const sources = [...(met ? wrapped(met, 145) : []), ...sourceLines(data, picture.view, layers)];
    const high = Math.ceil(below + (sources.length - 1) * 18 + MARGIN);
    const title = T.viewTitle(data, picture.view);
    const under = `${T.measureTitle(data, picture.view)} · ${T.say(data.level[picture.view.level].plural)}`;
    return T.svg("svg", { xmlns: "http://www.w3.org/2000/svg", width: WIDE, height: high, viewBox: `0 0 ${WIDE} ${high}` },
      T.svg("rect", { width: WIDE, height: high, fill: "#ffffff" }),
      T.patterns(data, picture, "sheet"),
      text(MARGIN, 44, fitted(title, 26), title, true),
      text(MARGIN, 72, fitted(under, 18), under),
      drawn.node,
      scaleBars(map, drawn.scale, bars),
      signs.nodes,
      sources.map((line, at) => text(MARGIN, below + at * 18, 14, line)),
    );
  };

  T.png = (data, picture, map, layers, met, done) => {
    const sheet = T.sheet(data, picture, map, layers, met);
    const image = new Image();
    image.onload = () => {
      const canvas = T.el("canvas", { width: WIDE * 2, height: Number(sheet.getAttribute("height")) * 2 });
      const context = canvas.getContext("2d");
      context.scale(2, 2);
      context.drawImage(image, 0, 0);
      canvas.toBlob(done, "image/png");
    };
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(sheet))}`;
  };
})();
