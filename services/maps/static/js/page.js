"use strict";
/* The page around the maps: headings, language, light and dark, tabs, notice, sources, print. */
(() => {
  const T = globalThis.Townline;

  T.drawHead = (data) => {
    document.title = T.say(data.title);
    T.byId("title").textContent = T.say(data.title);
    T.byId("lead").textContent = T.say(data.description);
    const home = T.byId("home");
    home.hidden = !data.download; // a file that was taken along belongs to no site
    if (data.download) home.href = `../${T.language === "en" ? "" : `${T.language}/`}${location.pathname.endsWith(".html") ? "index.html" : ""}`;
    const other = data.languages.find((language) => language !== T.language);
    const button = T.byId("language");
    button.hidden = !other;
    if (other) {
      button.textContent = T.t(`language ${other}`);
      button.lang = other;
    }
  };

  const isDark = (theme) => (theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);

  T.drawTheme = (theme) => {
    document.documentElement.dataset.theme = isDark(theme) ? "dark" : "light";
    T.byId("theme").textContent = T.t(isDark(theme) ? "light" : "dark");
  };

  T.otherTheme = (theme) => (isDark(theme) ? "light" : "dark");

  T.drawTabs = (tab) => {
    for (const name of ["map", "table"]) {
      const button = T.byId(`tab-${name}`);
      button.setAttribute("aria-selected", String(name === tab));
      button.tabIndex = name === tab ? 0 : -1;
    }
    T.byId("maps").hidden = tab !== "map";
    T.byId("table").hidden = tab !== "table";
  };

  T.listenTabs = (choose) => {
    const names = ["map", "table"];
    names.forEach((name, at) => {
      const button = T.byId(`tab-${name}`);
      button.addEventListener("click", () => choose(name));
      button.addEventListener("keydown", (event) => {
        if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
        const next = names[(at + 1) % names.length];
        choose(next);
        T.byId(`tab-${next}`).focus();
      });
    });
  };

  /* Say that the data are thin: at the level that was wanted, or at the one that is shown. */
  T.drawNotice = (data, view, thin) => {
    const node = T.byId("notice");
    const topic = data.topics[view.topic];
    const told = (which) => ({
      group: T.group(topic, which.group),
      places: T.say(data.level[which.level].plural).toLowerCase(),
      share: T.number((1 - T.reliable(data, which)) * 100, 0),
    });
    let text = "";
    if (thin) text = T.t("opened coarser", { ...told(thin), shown: T.say(data.level[view.level].plural).toLowerCase() });
    else if (T.reliable(data, view) < T.ENOUGH) text = T.t("too thin", told(view));
    node.textContent = text;
    node.hidden = !text;
  };

  /* The sources of what is shown: the topic, the boundaries of its places, the layers over it. */
  T.shownSources = (data, view, layers) => {
    const over = layers.map((name) => (data.level[name] ? data.level[name].source : name));
    const ids = [data.topics[view.topic].source, data.level[view.level].source, ...over];
    return data.sources.filter((source) => ids.includes(source.id));
  };

  /* About what is shown: definitions, errors, what is missing, sources; `second` is the other map's view or null. */
  T.drawAbout = (data, view, layers, second) => {
    const topic = data.topics[view.topic];
    const topics = [...new Set([topic, ...(second ? [data.topics[second.topic]] : [])])];
    const sources = data.sources.filter((source) =>
      topics.some((one) => one.source === source.id) || T.shownSources(data, view, layers).includes(source));
    const lost = topic.losses.filter((loss) => loss.level === view.level).map((loss) =>
      T.counted("no polygon", loss.places, { places: T.say(data.level[loss.level].plural).toLowerCase() }) + (T.say(loss.reason) ? ` (${T.say(loss.reason)})` : "") + ".",
    );
    T.byId("about").replaceChildren(
      T.el("h2", {}, T.t("about")),
      ...topics.map((one) => T.el("p", {}, `${T.say(one.title)}: ${T.say(one.definition)}`)),
      ...T.errorNotes(data, topic, view.level).map((text) => T.el("p", {}, text)),
      ...lost.map((text) => T.el("p", {}, text)),
      T.el("h3", {}, T.t("sources")),
      T.el("ul", {}, sources.map((source) => T.el("li", {}, T.source(source), source.caveats.flatMap((caveat) => [" ", T.said(caveat)])))),
      T.el("p", { class: "note" }, T.t("made with")),
    );
  };

  /* Show the tip above the pointer, or above the element that has the keyboard. */
  T.showTip = (node, title, text, target, pointer) => {
    node.replaceChildren(T.el("strong", {}, title), T.el("span", {}, text));
    node.hidden = false;
    const box = target.getBoundingClientRect();
    const [x, top, bottom] = pointer
      ? [pointer.clientX, pointer.clientY - 14, pointer.clientY + 22]
      : [box.left + box.width / 2, box.top - 8, box.bottom + 8];
    const left = Math.min(Math.max(x - node.offsetWidth / 2, 4), innerWidth - node.offsetWidth - 4);
    const above = top - node.offsetHeight;
    node.style.left = `${left}px`;
    node.style.top = `${above > 4 ? above : Math.min(bottom, innerHeight - node.offsetHeight - 4)}px`;
  };

  T.printing = () => document.documentElement.classList.contains("printing");

  /* Printed pages have maps of a fixed size, so that they can be fitted before the browser lays the page out. */
  T.listenPrint = (maps) => {
    let shown = [];
    const resized = (view) => view.map.invalidateSize({ animate: false, pan: false });
    addEventListener("beforeprint", () => {
      shown = maps().map((view) => ({ view, box: view.box(), bounds: view.map.getBounds(), fitted: view.fitted }));
      T.byId("printed").textContent = T.hasAddress()
        ? T.t("printed", { date: T.date(new Date()), address: location.href })
        : T.date(new Date());
      document.documentElement.classList.add("printing");
      shown.forEach(({ view, bounds, fitted }) => {
        resized(view);
        if (fitted) view.fit();
        else view.map.fitBounds(bounds, { animate: false });
      });
    });
    addEventListener("afterprint", () => {
      document.documentElement.classList.remove("printing");
      shown.forEach(({ view, box, fitted }) => {
        resized(view);
        if (fitted) view.fit();
        else view.move(box);
      });
    });
    T.byId("print").addEventListener("click", () => print());
  };
})();
