/* Maps of pages: the shapes of a layer with its classes, or the extents of several layers. No tiles, no network. */
(() => {
  "use strict";
  const MISSING = "#ffffff";

  const start = (figure) => {
    const data = JSON.parse(document.getElementById(figure.dataset.map).textContent);
    const box = figure.querySelector(".drawing");
    box.hidden = false;
    const map = L.map(box, {
      attributionControl: false,
      zoomControl: false,
      scrollWheelZoom: false,
      zoomSnap: 0.25,
      maxBoundsViscosity: 0.8,
    });
    L.control.zoom({ zoomInTitle: data.texts.zoom_in, zoomOutTitle: data.texts.zoom_out }).addTo(map);
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", box.dataset.label);
    if (data.image) L.imageOverlay(data.image, data.bounds, { className: "cells", alt: "" }).addTo(map);
    for (const shape of data.base) {
      L.geoJSON(shape.g, { interactive: false, className: data.image ? "base-line" : "base-shape" }).addTo(map);
    }
    map.fitBounds(data.bounds, { padding: [12, 12], animate: false });
    const fit = (width, height) => {
      const view = map.getBounds();
      Object.assign(box.style, { width, height });
      map.invalidateSize({ animate: false });
      map.fitBounds(view, { animate: false });
    };
    addEventListener("beforeprint", () => fit("640px", "415px"));
    addEventListener("afterprint", () => fit("", ""));
    map.on("focus", () => map.scrollWheelZoom.enable());
    map.on("blur", () => map.scrollWheelZoom.disable());
    return { map, data, box };
  };

  const words = (data, feature) => {
    if (feature.v === null && feature.c === null && data.column === null) return feature.n;
    const value =
      typeof feature.v === "number"
        ? feature.v.toLocaleString(data.language === "es" ? "es-US" : "en-US", {
            minimumFractionDigits: data.decimals,
            maximumFractionDigits: data.decimals,
          })
        : feature.c === null
          ? data.texts.nothing
          : data.classes[feature.c].label;
    return feature.n ? `${feature.n}: ${value}` : value;
  };

  const text = (content) => {
    const span = document.createElement("span");
    span.textContent = content;
    return span;
  };

  const look = (data, feature) => ({
    className: data.column === null ? "shape plain" : "shape",
    weight: 1,
    fillOpacity: 0.95,
    fillColor: feature.c === null ? MISSING : data.classes[feature.c].colour,
  });

  const drawFeatures = (data, map) =>
    data.features.map((feature) => {
      const drawn = L.geoJSON(feature.g, {
        style: () => look(data, feature),
        pointToLayer: (_, place) => {
          const drawn = look(data, feature);
          return L.circleMarker(place, { ...drawn, className: `${drawn.className} dot`, radius: 6 });
        },
      }).addTo(map);
      const said = words(data, feature);
      if (said) drawn.bindTooltip(text(said), { sticky: true, opacity: 1 });
      return drawn;
    });

  const chooser = (figure, map, data, drawn) => {
    const select = figure.querySelector("[data-places]");
    if (!select) return;
    const said = figure.querySelector("[data-said]");
    const order = data.features
      .map((feature, at) => [feature.n, at])
      .sort((one, other) => one[0].localeCompare(other[0], data.language, { numeric: true }));
    for (const [name, at] of order) select.add(new Option(name, String(at)));
    figure.querySelector(".place-choice").hidden = false;
    let marked = null;
    select.addEventListener("change", () => {
      if (marked) marked.eachLayer((part) => part.getElement()?.classList.remove("chosen"));
      marked = null;
      said.textContent = "";
      if (select.value === "") {
        map.fitBounds(data.bounds, { padding: [12, 12] });
        return;
      }
      const at = Number(select.value);
      marked = drawn[at];
      marked.bringToFront();
      marked.eachLayer((part) => part.getElement()?.classList.add("chosen"));
      said.textContent = words(data, data.features[at]);
      map.fitBounds(marked.getBounds(), { maxZoom: 12, padding: [60, 60] });
    });
  };

  const extents = (figure) => {
    const { map, data } = start(figure);
    const results = [...document.querySelectorAll("[data-layer]")];
    const mark = (layers, on) => {
      for (const result of results) {
        if (layers.includes(result.dataset.layer)) result.classList.toggle("marked", on);
      }
    };
    for (const extent of data.extents) {
      const drawn = L.rectangle(extent.bounds, { className: "extent", weight: 2, fillOpacity: 0.06 }).addTo(map);
      drawn.bindTooltip(text(extent.label), { sticky: true, opacity: 1 });
      drawn.on("mouseover", () => mark(extent.layers, true));
      drawn.on("mouseout", () => mark(extent.layers, false));
      drawn.on("click", () => {
        const first = results.find((result) => extent.layers.includes(result.dataset.layer));
        first?.querySelector("a").focus();
      });
      for (const result of results) {
        if (!extent.layers.includes(result.dataset.layer)) continue;
        const toggle = (on) => () => drawn.getElement()?.classList.toggle("chosen", on);
        result.addEventListener("focusin", toggle(true));
        result.addEventListener("focusout", toggle(false));
        result.addEventListener("mouseenter", toggle(true));
        result.addEventListener("mouseleave", toggle(false));
      }
    }
    const here = figure.querySelector("[data-here]");
    const form = document.querySelector("[data-search]");
    here.hidden = false;
    here.addEventListener("click", () => {
      const view = map.getBounds();
      const clamp = (value, limit) => Math.max(-limit, Math.min(limit, value)).toFixed(4);
      form.elements.bbox.value = [
        clamp(view.getWest(), 180),
        clamp(view.getSouth(), 90),
        clamp(view.getEast(), 180),
        clamp(view.getNorth(), 90),
      ].join(",");
      form.requestSubmit();
    });
  };

  const layer = (figure) => {
    const { map, data } = start(figure);
    chooser(figure, map, data, drawFeatures(data, map));
  };

  for (const figure of document.querySelectorAll("[data-map]")) {
    (figure.dataset.kind === "extents" ? extents : layer)(figure);
  }
})();
