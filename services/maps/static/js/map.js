"use strict";
/* One map: polygons of a level drawn once, painted for every picture. */
(() => {
  const T = globalThis.Townline;

  /* TopoJSON arcs as latitudes and longitudes. */
  const decode = (topology) => {
    const { scale, translate } = topology.transform;
    return topology.arcs.map((arc) => {
      let x = 0;
      let y = 0;
      return arc.map(([dx, dy]) => {
        x += dx;
        y += dy;
        return [y * scale[1] + translate[1], x * scale[0] + translate[0]];
      });
    });
  };

  const ring = (arcs, numbers) => {
    const points = [];
    for (const number of numbers) {
      const arc = number < 0 ? [...arcs[~number]].reverse() : arcs[number];
      points.push(...(points.length ? arc.slice(1) : arc));
    }
    return points;
  };

  const ringsOf = (topology) => {
    const arcs = decode(topology);
    return topology.objects.places.geometries.map((geometry) =>
      geometry.type ? geometry.arcs.map((part) => part.map((numbers) => ring(arcs, numbers))) : null,
    );
  };

  /* The polygons of a level as Leaflet reads them; null where a place has none. */
  T.polygons = (data, level) => {
    const topology = data.topologies[level];
    topology.rings = topology.rings || ringsOf(topology);
    return topology.rings;
  };

  const BAR = 52; // pixels that a row of buttons takes

  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  T.MapView = class {
    /* `events`: select(place), point(place or null, element), moved(box). */
    constructor(id, events) {
      this.id = id;
      this.events = events;
      this.map = L.map(id, {
        attributionControl: false,
        zoomControl: false,
        keyboard: false,
        zoomSnap: 0.25,
        zoomDelta: 0.5,
        wheelPxPerZoomLevel: 120,
        fadeAnimation: false,
        zoomAnimation: !still(),
        renderer: L.svg({ padding: 0.3 }),
        minZoom: 4,
        maxZoom: 16,
      });
      this.map.setView([0, 0], 4);
      this.paths = [];
      for (const name of ["rings", "lines", "points", "labels"]) {
        const pane = this.map.createPane(name);
        pane.style.zIndex = { lines: 410, points: 420, labels: 425, rings: 430 }[name];
        pane.style.pointerEvents = "none";
      }
      L.control.scale({ position: "bottomleft" }).addTo(this.map);
      this.map.on("moveend", () => {
        this.events.moved(this.box());
        this.write && this.write();
      });
      this.map.on("dragstart", () => this.own());
      this.map.getContainer().addEventListener("wheel", () => this.own(), { passive: true });
      new ResizeObserver(() => this.resized()).observe(this.map.getContainer());
    }

    /* The person has chosen what to see: it is not fitted to the window any more. */
    own() {
      this.fitted = false;
    }

    zoom(steps) {
      this.own();
      this.map.setZoom(this.map.getZoom() + steps * this.map.options.zoomDelta);
    }

    /* Whether there is no room for buttons beside the places: they then lie in a row over them. */
    narrow() {
      const narrow = !T.printing() && this.map.getSize().x < 640;
      this.map.getContainer().classList.toggle("narrow", narrow);
      return narrow;
    }

    resized() {
      this.map.invalidateSize({ animate: false, pan: true });
      this.narrow();
      if (this.fitted) this.fit();
    }

    /* Draw the polygons of a level; their order in the page is that of the places. */
    draw(data, level) {
      if (this.level === level) return;
      const first = !this.level;
      this.level = level;
      this.group && this.group.remove();
      this.group = L.layerGroup();
      this.polygons = T.polygons(data, level);
      this.shapes = this.polygons.map((rings) =>
        rings && L.polygon(rings, { className: "place", weight: 0.6, color: data.palette.outline, opacity: 1, fillOpacity: 1, smoothFactor: 0, noClip: true }),
      );
      this.shapes.forEach((shape) => shape && this.group.addLayer(shape));
      this.group.addTo(this.map);
      this.paths = this.shapes.map((shape) => shape && shape.getElement());
      this.outline("focus", null);
      this.outline("selected", null);
      this.bounds = L.latLngBounds(this.shapes.filter(Boolean).map((shape) => shape.getBounds()));
      if (first) this.fit();
      this.prepare();
    }

    /* Make the polygons known to keyboards, pointers and screen readers. */
    prepare() {
      this.svg = this.map.getPane("overlayPane").querySelector("svg");
      this.svg.setAttribute("role", "listbox");
      this.svg.setAttribute("focusable", "false");
      this.paths.forEach((path, place) => {
        if (!path) return;
        path.setAttribute("role", "option");
        path.setAttribute("tabindex", "-1");
        path.dataset.place = String(place);
        path.addEventListener("pointermove", (event) => this.events.point(place, path, event));
        path.addEventListener("pointerleave", () => this.events.point(null, path));
      });
      this.shapes.forEach((shape, place) => shape && shape.on("click", () => this.events.select(place)));
      this.roving = this.paths.findIndex(Boolean);
      if (this.roving >= 0) this.paths[this.roving].setAttribute("tabindex", "0");
      T.arrowKeys(this);
    }

    /* Fill and name every place; places outside `kept` are faded. */
    paint(data, picture, kept) {
      const old = this.svg.querySelector("defs.patterns");
      old && old.remove();
      this.svg.prepend(T.patterns(data, picture, this.id));
      const { names } = data.level[picture.view.level];
      this.svg.setAttribute("aria-label", T.viewTitle(data, picture.view));
      this.paths.forEach((path, place) => {
        if (!path) return;
        path.setAttribute("fill", T.fill(data, picture, picture.places[place], this.id));
        path.setAttribute("aria-label", `${names[place]}: ${T.placeText(data, picture, place)}`);
        path.classList.toggle("faded", Boolean(kept) && !kept[place]);
      });
    }

    /* Outline one place: `name` is focus or selected. */
    outline(name, place) {
      this.outlines = this.outlines || {};
      (this.outlines[name] || []).forEach((layer) => layer.remove());
      this.outlines[name] = [];
      if (place === null || !this.polygons[place]) return;
      const styles = name === "focus" ? [["#ffffff", 6], ["#000000", 3]] : [["#000000", 5], ["#ffd400", 2.5]];
      this.outlines[name] = styles.map(([color, weight]) =>
        L.polygon(this.polygons[place], { pane: "rings", fill: false, interactive: false, color, weight, smoothFactor: 0, renderer: this.ringRenderer() }).addTo(this.map),
      );
    }

    ringRenderer() {
      this.rings = this.rings || L.svg({ pane: "rings", padding: 0.3 });
      return this.rings;
    }

    select(place) {
      this.outline("selected", place);
      this.paths.forEach((path, at) => path && path.setAttribute("aria-selected", String(at === place)));
    }

    /* Move the keyboard's place here and bring it into view. */
    focus(place) {
      if (!this.paths[place]) return;
      if (this.paths[this.roving]) this.paths[this.roving].setAttribute("tabindex", "-1");
      this.roving = place;
      this.paths[place].setAttribute("tabindex", "0");
      const bounds = this.shapes[place].getBounds();
      if (!this.map.getBounds().contains(bounds)) this.own();
      if (!this.map.getBounds().contains(bounds)) this.map.panInsideBounds(bounds.pad(0.5), { animate: false });
      if (!this.map.getBounds().intersects(bounds)) this.map.panTo(bounds.getCenter(), { animate: false });
      this.paths[place].focus({ preventScroll: true });
    }

    zoomTo(place) {
      this.own();
      if (this.shapes[place]) this.map.fitBounds(this.shapes[place].getBounds().pad(1.5), { animate: false });
    }

    fit() {
      this.fitted = true;
      this.map.fitBounds(this.bounds, { paddingTopLeft: [8, this.narrow() ? BAR : 8], paddingBottomRight: [8, 8], animate: false });
    }

    box() {
      const centre = this.map.getCenter();
      return [centre.lat, centre.lng, this.map.getZoom()];
    }

    move(box) {
      this.own();
      this.follow(box);
    }

    follow([lat, lng, zoom]) {
      this.map.setView([lat, lng], zoom, { animate: false });
    }
  };
})();
