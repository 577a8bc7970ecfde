"use strict";
/* The page put together: state in the middle, parts that draw what changed. */
(() => {
  const T = globalThis.Townline;

  class App {
    constructor(data, map) {
      this.data = data;
      const opening = T.opening(data);
      const wanted = T.stateOf(data, location.hash, opening.view);
      this.thin = wanted.a === opening.view ? opening.thin : null;
      const { box } = wanted;
      this.state = new T.State(wanted);
      T.setLanguage(wanted.language || this.preferred());
      this.maps = { a: map };
      this.pictures = {};
      this.table = new T.Table(T.byId("table"), (place) => this.select(place, true), (order) => this.state.set({ order }));
      this.table.order = this.state.get("order");
      this.state.listen((changed) => this.update(changed));
      this.listen();
      this.everything();
      if (box) map.move(box);
      this.moved("a", map.box());
    }

    preferred() {
      const wanted = (navigator.language || "en").slice(0, 2);
      return this.data.languages.includes(wanted) ? wanted : this.data.languages[0] || "en";
    }

    get view() {
      return this.state.get("a");
    }

    events(name) {
      return {
        select: (place, byKey) => this.select(place, byKey),
        point: (...given) => this.point(name, ...given),
        moved: (box) => this.moved(name, box),
      };
    }

    listen() {
      T.listenTabs((tab) => this.state.set({ tab }));
      T.listenProfile(T.byId("profile"), () => this.close());
      T.listenPrint(() => Object.values(this.maps));
      T.byId("theme").addEventListener("click", () => this.state.set({ theme: T.otherTheme(this.state.get("theme")) }));
      T.byId("language").addEventListener("click", () => {
        T.setLanguage(this.data.languages.find((language) => language !== T.language));
        this.everything();
      });
      T.byId("compare").addEventListener("click", () => this.state.set({ b: this.state.get("b") ? null : this.beside() }));
      addEventListener("keydown", (event) => {
        if (event.key === "Escape" && this.state.get("selected")) this.close();
      });
      addEventListener("hashchange", () => this.restore());
    }

    /* The second map opens with the next group, else the next period or indicator. */
    beside() {
      const { data, view } = this;
      const topic = data.topics[view.topic];
      if (topic.groups.length > 1) return { ...view, group: (view.group + 1) % topic.groups.length };
      if (topic.periods.length > 1) return { ...view, period: (view.period + 1) % topic.periods.length };
      return T.withTopic(data, view, (view.topic + 1) % data.topics.length);
    }

    restore() {
      if (location.hash === this.hash) return;
      const wanted = T.stateOf(this.data, location.hash, this.view);
      if (wanted.language) T.setLanguage(wanted.language);
      this.state.set(wanted);
      this.table.order = wanted.order;
      this.everything();
      if (wanted.box) this.maps.a.move(wanted.box);
      else this.maps.a.fit();
    }

    everything() {
      for (const [name, id] of [["conditions", "filter"], ["layers", "context"]]) {
        if (this.state.get(name).length) T.byId(id).open = true;
      }
      T.drawHead(this.data);
      this.controls();
      this.zooming("a");
      this.update(new Set(["a", "b", "tab", "theme", "selected", "layers", "conditions"]));
      T.drawFind(T.byId("find"), this.data, (hit) => this.go(hit));
      T.drawFiles(T.byId("files").lastElementChild, this.data, () => this.now());
    }

    now() {
      const view = this.view;
      return { view, kept: this.kept, met: this.met, picture: this.pictures.a, map: this.maps.a, layers: this.layers() };
    }

    /* The layers that are drawn over the maps. */
    layers() {
      return T.offeredLayers(this.data, this.view.level).filter((layer) => this.state.get("layers").includes(layer.name));
    }

    controls() {
      const change = (a) => {
        this.thin = null;
        this.state.set({ a });
      };
      T.drawChoices(T.byId("choices"), this.data, this.view, change, true);
    }

    /* Buttons on a map: nearer, farther, the whole state. */
    zooming(name) {
      const view = this.maps[name];
      const box = view.map.getContainer();
      box.querySelector(".zoom")?.remove();
      const button = (key, sign, run) => T.el("button", { type: "button", "aria-label": T.t(key), title: T.t(key), onclick: run }, sign);
      const bar = T.el("div", { class: "zoom", role: "group", "aria-label": T.t("zoom") },
        button("nearer", "+", () => view.zoom(1)),
        button("farther", "−", () => view.zoom(-1)),
        button("whole state", "⤢", () => view.fit()));
      L.DomEvent.disableClickPropagation(bar);
      box.prepend(bar);
    }

    update(changed) {
      const touches = (...names) => names.some((name) => changed.has(name));
      if (touches("theme")) T.drawTheme(this.state.get("theme"));
      if (touches("tab")) this.showTab();
      if (touches("a")) this.controls();
      if (touches("a", "b", "conditions")) this.paint();
      if (touches("a", "b", "layers")) this.orientation();
      if (touches("layers")) T.drawAbout(this.data, this.view, this.state.get("layers"), this.state.get("b"));
      if (touches("selected", "a")) this.profile();
      if (touches("conditions")) {
        T.drawFilter(T.byId("filter").querySelector("div"), this.data, this.state.get("conditions"), () => this.view, (conditions) => this.state.set({ conditions }));
      }
      this.remember();
    }

    remember() {
      this.hash = T.hashOf(this.data, this.state);
      if (T.hasAddress()) history.replaceState(null, "", this.hash);
    }

    /* The table is drawn when it is looked at: a statewide one takes longer than the map. */
    tabulate() {
      if (this.state.get("tab") === "table") this.table.draw(this.data, this.pictures.a, this.kept);
    }

    showTab() {
      T.drawTabs(this.state.get("tab"));
      if (this.pictures.a) this.tabulate();
    }

    paint() {
      this.kept = T.kept(this.data, this.state.get("conditions"), this.view);
      this.met = this.kept && T.keptText(this.data, this.state.get("conditions"), this.view, this.kept);
      T.byId("kept").textContent = this.met || "";
      this.second();
      this.paintOne("a", this.view);
      if (this.state.get("b")) this.paintOne("b", { ...this.state.get("b"), level: this.view.level });
      this.tabulate();
      T.drawNotice(this.data, this.view, this.thin);
      T.drawAbout(this.data, this.view, this.state.get("layers"), this.state.get("b"));
    }

    paintOne(name, wanted) {
      const { data } = this;
      const view = T.fitting(data, wanted);
      const picture = T.picture(data, view);
      const pane = T.byId(`pane-${name}`);
      this.pictures[name] = picture;
      this.maps[name].draw(data, view.level);
      this.maps[name].paint(data, picture, this.kept);
      pane.querySelector(".pane-title").textContent = T.viewTitle(data, view);
      this.legend(name);
      pane.querySelector(".summary").textContent = T.summary(data, picture, this.met);
    }

    legend(name) {
      T.drawLegend(T.byId(`pane-${name}`).querySelector(".legend"), this.data, this.pictures[name], name, this.layers());
    }

    /* Show or hide the second map; its places are those of the first. */
    second() {
      const b = this.state.get("b");
      const pane = T.byId("pane-b");
      T.byId("compare").setAttribute("aria-pressed", String(Boolean(b)));
      if (pane.hidden === !b && !b) return;
      pane.hidden = !b;
      T.byId("choices-b").hidden = !b;
      T.byId("maps").classList.toggle("two", Boolean(b));
      if (b && !this.maps.b) {
        this.maps.b = new T.MapView("townline_map_b", this.events("b"));
        this.following = true;
        this.maps.b.draw(this.data, this.view.level);
        this.following = false;
        this.zooming("b");
      }
      if (!b) return;
      const view = T.fitting(this.data, { ...b, level: this.view.level });
      T.drawChoices(T.byId("choices-b").lastElementChild, this.data, view, (changed) => this.state.set({ b: changed }), false);
      this.moved("a", this.maps.a.box());
    }

    orientation() {
      const layers = this.state.get("layers");
      for (const [name, map] of Object.entries(this.maps)) {
        T.drawContext(map, this.data, this.view.level, layers);
        if (this.pictures[name]) this.legend(name);
      }
      T.drawContextChoices(T.byId("context").lastElementChild, this.data, this.view.level, layers, (chosen) => this.state.set({ layers: chosen }));
    }

    moved(name, box) {
      if (!this.state || this.following) return;
      this.following = true;
      const other = name === "a" ? this.maps.b : this.maps.a;
      if (other && this.state.get("b")) {
        other.fitted = this.maps[name].fitted;
        other.follow(box);
      }
      this.following = false;
      if (name === "a") {
        this.state.values.box = this.maps.a.fitted ? null : box;
        this.remember();
      }
    }

    point(name, place, element, at) {
      const tip = T.byId("tip");
      tip.hidden = place === null;
      if (place === null) return;
      const picture = this.pictures[name];
      T.showTip(tip, this.data.level[picture.view.level].names[place], T.placeText(this.data, picture, place), element, at);
    }

    select(place, byKey) {
      this.opener = byKey ? document.activeElement : null;
      this.state.set({ selected: { level: this.view.level, place } });
      T.byId("profile-title").focus({ preventScroll: !byKey });
    }

    go(hit) {
      this.thin = null;
      if (this.data.topics[this.view.topic].blocks[hit.level]) {
        this.state.set({ a: T.fitting(this.data, { ...this.view, level: hit.level }), tab: "map" });
        this.maps.a.zoomTo(hit.place);
      }
      this.opener = T.byId("find-input");
      this.state.set({ selected: { level: hit.level, place: hit.place } });
      T.byId("profile-title").focus({ preventScroll: true });
    }

    close() {
      this.state.set({ selected: null });
      if (this.opener && this.opener.isConnected) this.opener.focus({ preventScroll: true });
    }

    profile() {
      const selected = this.state.get("selected");
      const node = T.byId("profile");
      document.body.classList.toggle("with-profile", Boolean(selected));
      if (selected) T.drawProfile(node, this.data, this.view, selected, () => this.close());
      if (selected) T.showProfile(node);
      else node.close();
      for (const map of Object.values(this.maps)) {
        map.select(selected && selected.level === map.level ? selected.place : null);
      }
    }
  }

  const fail = (error) => {
    const node = T.byId("notice");
    node.hidden = false;
    node.textContent = `${T.t("failed")} ${error.message}`;
  };

  /* The document: in the page itself, or left by the scripts of its parts. */
  const sourceOf = () => {
    const inside = T.byId("townline-data");
    if (inside) return JSON.parse(inside.textContent);
    const { own, shared, places } = globalThis.TOWNLINE;
    return { ...own, ...shared, topologies: places };
  };

  /* Start the page in the element with an id; the result is the Leaflet map. */
  T.start = (id) => {
    const source = sourceOf();
    T.useTexts(source.texts);
    let app = null;
    const events = {
      select: (...given) => app.events("a").select(...given),
      point: (...given) => app.events("a").point(...given),
      moved: (...given) => app && app.events("a").moved(...given),
    };
    const map = new T.MapView(id, events);
    T.Data.open(source).then((data) => {
      app = new App(data, map);
      document.documentElement.dataset.ready = "true";
    }).catch((error) => {
      fail(error);
      throw error;
    });
    return map.map;
  };
})();
