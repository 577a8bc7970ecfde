"use strict";
/* What is shown now. Parts of the page subscribe; the address holds it, so that a link restores it. */
(() => {
  const T = globalThis.Townline;

  T.State = class {
    constructor(values) {
      this.values = values;
      this.listeners = [];
    }

    get(name) {
      return this.values[name];
    }

    /* Change several values at once; listeners are told which ones did change. */
    set(changes) {
      const changed = new Set(Object.keys(changes).filter((name) => this.values[name] !== changes[name]));
      if (!changed.size) return;
      Object.assign(this.values, changes);
      for (const listener of this.listeners) listener(changed);
    }

    listen(listener) {
      this.listeners.push(listener);
    }
  };

  /* A view with its topic, level, group, period and measure made to fit what the data have. */
  T.fitting = (data, wanted) => {
    const topic = data.topics[wanted.topic] ? wanted.topic : 0;
    const { blocks, groups, periods } = data.topics[topic];
    const drawn = data.levels.filter((level) => level.drawn && blocks[level.key]).map((level) => level.key);
    const level = drawn.includes(wanted.level) ? wanted.level : drawn[0];
    const group = groups[wanted.group] ? wanted.group : 0;
    const period = periods[wanted.period] ? wanted.period : periods.length - 1;
    const measure = wanted.measure in blocks[level].breaks ? wanted.measure : "estimate";
    return { topic, level, group, period, measure };
  };

  /* The group of a topic with these codes; what it does not have is left at the total. */
  T.groupOf = (topic, codes) => {
    const wanted = topic.dimensions.map((dimension) => codes[dimension.name] || "total");
    const score = (group) => group.reduce((sum, code, at) => sum + (code === wanted[at] ? 2 : code === "total" ? 1 : -9), 0);
    let best = 0;
    topic.groups.forEach((group, number) => {
      if (score(group) > score(topic.groups[best])) best = number;
    });
    return best;
  };

  T.codesOf = (topic, group) =>
    Object.fromEntries(topic.dimensions.map((dimension, at) => [dimension.name, topic.groups[group][at]]));

  /* The view of another topic with the same group, period and measure where it has them. */
  T.withTopic = (data, view, number) => {
    const before = data.topics[view.topic];
    const after = data.topics[number];
    const group = T.groupOf(after, T.codesOf(before, view.group));
    const period = after.periods.indexOf(before.periods[view.period]);
    return T.fitting(data, { ...view, topic: number, group, period });
  };

  const packed = (data, view, prefix) => {
    const topic = data.topics[view.topic];
    return {
      [`${prefix}i`]: topic.id,
      [`${prefix}g`]: topic.groups[view.group].join("."),
      [`${prefix}p`]: topic.periods[view.period],
      [`${prefix}l`]: view.level,
      [`${prefix}m`]: view.measure,
    };
  };

  const unpacked = (data, fields, prefix, fallback) => {
    if (!fields.has(`${prefix}i`)) return fallback;
    const number = data.topics.findIndex((topic) => topic.id === fields.get(`${prefix}i`));
    if (number < 0) return fallback;
    const topic = data.topics[number];
    return T.fitting(data, {
      topic: number,
      group: topic.groups.findIndex((codes) => codes.join(".") === fields.get(`${prefix}g`)),
      period: topic.periods.indexOf(fields.get(`${prefix}p`)),
      level: fields.get(`${prefix}l`),
      measure: fields.get(`${prefix}m`),
    });
  };

  /* Whether the page has an address that can hold what is shown: inside a notebook's frame it has none. */
  T.hasAddress = () => location.protocol !== "about:";

  /* The state as the part of an address after #. */
  T.hashOf = (data, state) => {
    const fields = new URLSearchParams(packed(data, state.get("a"), ""));
    if (state.get("b")) for (const [name, value] of Object.entries(packed(data, state.get("b"), "b"))) fields.set(name, value);
    const selected = state.get("selected");
    if (selected) fields.set("s", `${selected.level}:${data.level[selected.level].ids[selected.place]}`);
    if (state.get("tab") !== "map") fields.set("t", state.get("tab"));
    const { key, direction } = state.get("order");
    if (key !== "name" || direction < 0) fields.set("o", `${key}:${direction}`);
    if (state.get("box")) fields.set("z", state.get("box").map((value) => value.toFixed(4)).join(","));
    if (state.get("layers").length) fields.set("c", state.get("layers").join(","));
    if (state.get("conditions").length) fields.set("f", JSON.stringify(state.get("conditions")));
    fields.set("lang", T.language);
    if (state.get("theme")) fields.set("theme", state.get("theme"));
    return `#${fields}`;
  };

  const selectedIn = (data, text) => {
    const [level, id] = (text || "").split(":");
    const place = data.level[level] ? data.level[level].ids.indexOf(id) : -1;
    return place >= 0 && data.level[level].drawn ? { level, place } : null;
  };

  const orderIn = (text) => {
    const [key, direction] = (text || "").split(":");
    return ["1", "-1"].includes(direction) ? { key, direction: Number(direction) } : { key: "name", direction: 1 };
  };

  const boxIn = (text) => {
    const box = (text || "").split(",").map(Number);
    return box.length === 3 && box.every(Number.isFinite) ? box : null;
  };

  const conditionsIn = (data, text) => {
    try {
      const found = JSON.parse(text || "[]");
      return Array.isArray(found) ? found.filter((item) => T.isCondition(data, item)) : [];
    } catch {
      return [];
    }
  };

  /* What an address asks for, as far as the data have it. */
  T.stateOf = (data, hash, opening) => {
    const fields = new URLSearchParams(hash.replace(/^#/, ""));
    const known = T.knownLayers(data);
    return {
      a: unpacked(data, fields, "", opening),
      b: unpacked(data, fields, "b", null),
      selected: selectedIn(data, fields.get("s")),
      order: orderIn(fields.get("o")),
      tab: fields.get("t") === "table" ? "table" : "map",
      box: boxIn(fields.get("z")),
      layers: (fields.get("c") || "").split(",").filter((name) => known.includes(name)),
      conditions: conditionsIn(data, fields.get("f")),
      language: data.languages.includes(fields.get("lang")) ? fields.get("lang") : null,
      theme: ["light", "dark"].includes(fields.get("theme")) ? fields.get("theme") : null,
    };
  };

  /* The view that the page opens with; where the finest places are too thin, a coarser level, and why. */
  T.opening = (data) => {
    const wanted = data.opening;
    const topic = Math.max(0, data.topics.findIndex((item) => item.id === wanted.indicator));
    const { blocks, periods } = data.topics[topic];
    const group = T.groupOf(data.topics[topic], wanted.group);
    const levels = data.levels.filter((level) => level.drawn && blocks[level.key]);
    const named = levels.find((level) => level.type === wanted.places);
    const view = T.fitting(data, {
      topic,
      group,
      period: periods.indexOf(wanted.period),
      level: (named || levels[0]).key,
      measure: wanted.measure,
    });
    const enough = levels.slice(levels.indexOf(data.level[view.level]))
      .find((level) => T.reliable(data, { ...view, level: level.key }) >= T.ENOUGH);
    if (!enough || enough.key === view.level) return { view, thin: null };
    return { view: T.fitting(data, { ...view, level: enough.key }), thin: view };
  };

  T.ENOUGH = 0.5;
})();
