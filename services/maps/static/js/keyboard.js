"use strict";
/* Polygons by keyboard: arrows go to the next place in that direction, Enter opens its profile. */
(() => {
  const T = globalThis.Townline;
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  /* The nearest place within 45° of a direction, nearness counted along it. */
  T.neighbour = (points, from, [dx, dy]) => {
    let best = -1;
    let least = Infinity;
    points.forEach((point, at) => {
      if (!point || at === from) return;
      const x = point.x - points[from].x;
      const y = point.y - points[from].y;
      const along = x * dx + y * dy;
      const across = Math.abs(x * dy) + Math.abs(y * dx);
      if (along > 0 && across <= along && along + 2 * across < least) {
        least = along + 2 * across;
        best = at;
      }
    });
    return best;
  };

  const target = (view, event, from) => {
    const last = view.paths.length - 1;
    if (event.key === "Home") return view.paths.findIndex(Boolean);
    if (event.key === "End") return last - [...view.paths].reverse().findIndex(Boolean);
    const points = view.shapes.map((shape) => shape && view.map.project(shape.getBounds().getCenter(), 10));
    return T.neighbour(points, from, ARROWS[event.key]);
  };

  const pressed = (view, event) => {
    const place = Number(event.target.dataset.place);
    if (event.key in ARROWS || event.key === "Home" || event.key === "End") {
      const next = target(view, event, place);
      if (next >= 0) view.focus(next);
    } else if (event.key === "Enter" || event.key === " ") view.events.select(place, true);
    else if (event.key === "+" || event.key === "=") view.zoom(1);
    else if (event.key === "-") view.zoom(-1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  T.arrowKeys = (view) => {
    if (view.svg.dataset.keys) return;
    view.svg.dataset.keys = "true";
    const isPlace = (event) => event.target.dataset && "place" in event.target.dataset;
    view.svg.addEventListener("keydown", (event) => isPlace(event) && pressed(view, event));
    view.svg.addEventListener("focusin", (event) => {
      if (!isPlace(event)) return;
      const place = Number(event.target.dataset.place);
      view.outline("focus", place);
      view.events.point(place, event.target);
    });
    view.svg.addEventListener("focusout", (event) => {
      view.outline("focus", null);
      view.events.point(null, event.target);
    });
  };
})();
