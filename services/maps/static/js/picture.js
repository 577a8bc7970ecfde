"use strict";
/* The map as a PNG: title, polygons as they are painted, legend and sources on one sheet. */
(() => {
  const T = globalThis.Townline;
  const WIDE = 1200;
  const MARGIN = 24;
  const FONT = "system-ui, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif";

  const text = (x, y, size, words, bold) =>
    T.svg("text", { x, y, "font-size": size, "font-family": FONT, fill: "#1b1b1b", "font-weight": bold ? 700 : 400 }, words);

  const legend = (data, picture, x, y) =>
    T.legendRows(data, picture, "sheet").flatMap((row, at) => [
      T.svg("rect", { x, y: y + at * 28, width: 32, height: 20, fill: row.fill, stroke: "#5a5a5a" }),
      text(x + 42, y + at * 28 + 16, 16, `${row.text}  (${T.number(row.count, 0)})`),
    ]);

  const wrapped = (words, most) => {
    const lines = [""];
    for (const word of words.split(" ")) {
      if (lines[lines.length - 1].length + word.length > most) lines.push("");
      lines[lines.length - 1] += `${word} `;
    }
    return lines;
  };

  /* Outlines and points over the places. */
  const over = (map) =>
    (map.context || []).map((layer) => {
      const shape = layer.getElement();
      const names = ["d", "stroke", "stroke-width", "fill", "fill-opacity"].filter((name) => shape.hasAttribute(name));
      return T.svg("path", Object.fromEntries(names.map((name) => [name, shape.getAttribute(name)])));
    });

  const labels = (map) =>
    (map.labels || []).map(({ text: words, x, y }) =>
      T.svg("text", { x, y, "font-size": 12, "font-weight": 600, "font-family": FONT, "text-anchor": "middle", fill: "#111111", stroke: "#ffffff", "stroke-width": 3, "paint-order": "stroke" }, words));

  const scaleBars = (map, size) =>
    [...map.map.getContainer().querySelectorAll(".leaflet-control-scale-line")].map((line, at) => {
      const y = size.y - 34 + at * 20;
      return T.svg("g", {},
        T.svg("path", { d: `M8 ${y - 5}v5h${line.offsetWidth}v-5`, fill: "none", stroke: "#1b1b1b", "stroke-width": 1.5 }),
        T.svg("text", { x: 12, y: y - 3, "font-size": 11, "font-family": FONT, fill: "#1b1b1b" }, line.textContent));
    });

  /* The sheet as an SVG element. */
  T.sheet = (data, picture, map) => {
    const size = map.map.getSize();
    const scale = (WIDE - 2 * MARGIN) / size.x;
    const rows = T.legendRows(data, picture, "sheet").length;
    const top = 92;
    const below = top + size.y * scale + 36;
    const sources = wrapped(T.shownSources(data, picture.view, []).map((item) => `${T.say(item.title)} (${item.attribution || item.agency}), ${T.date(new Date(`${item.published}T12:00:00`))}`).join("; "), 130);
    const high = below + rows * 28 + 30 + sources.length * 18 + MARGIN;
    const origin = map.map.containerPointToLayerPoint([0, 0]);
    const places = map.paths.filter(Boolean).map((path) => {
      const place = picture.places[Number(path.dataset.place)];
      return T.svg("path", { d: path.getAttribute("d"), fill: T.fill(data, picture, place, "sheet"), stroke: data.palette.outline, "stroke-width": 0.5, "fill-rule": "evenodd", opacity: path.classList.contains("faded") ? 0.15 : 1 });
    });
    return T.svg("svg", { xmlns: "http://www.w3.org/2000/svg", width: WIDE, height: high, viewBox: `0 0 ${WIDE} ${high}` },
      T.svg("rect", { width: WIDE, height: high, fill: "#ffffff" }),
      T.patterns(data, picture, "sheet"),
      T.svg("clipPath", { id: "sheet-clip" }, T.svg("rect", { width: size.x, height: size.y })),
      text(MARGIN, 44, 26, T.viewTitle(data, picture.view), true),
      text(MARGIN, 72, 18, `${T.measureTitle(data, picture.view)} · ${T.say(data.level[picture.view.level].plural)}`),
      T.svg("g", { transform: `translate(${MARGIN} ${top}) scale(${scale})`, "clip-path": "url(#sheet-clip)" },
        T.svg("g", { transform: `translate(${-origin.x} ${-origin.y})` }, places, over(map)),
        labels(map),
        scaleBars(map, size)),
      legend(data, picture, MARGIN, below),
      sources.map((line, at) => text(MARGIN, below + rows * 28 + 26 + at * 18, 14, line)),
    );
  };

  T.png = (data, picture, map, done) => {
    const sheet = T.sheet(data, picture, map);
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
