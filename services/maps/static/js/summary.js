"use strict";
/* What a map shows, in words: titles, and a summary that screen readers are told. */
(() => {
  const T = globalThis.Townline;

  /* The measure of a view with what it is compared with. */
  T.measureTitle = (data, view) => {
    const topic = data.topics[view.topic];
    const reference = topic.reference === null ? "" : T.group(topic, topic.reference);
    const unit = view.measure === "ratio_state" || T.isVerdict(view.measure) ? "" : ` (${T.unit(topic)})`;
    return T.t(`measure ${view.measure}`, { reference, state: data.state }) + unit;
  };

  T.viewTitle = (data, view) => {
    const topic = data.topics[view.topic];
    const parts = [T.say(topic.title)];
    if (topic.dimensions.length) parts.push(T.group(topic, view.group));
    return `${parts.join(": ")}, ${T.period(topic, view.period)}`;
  };

  const MOST = 3;

  const sorted = (places) => [...places].sort((one, two) => one.value - two.value);

  const ofClasses = (picture) =>
    picture.places.map((item, place) => ({ ...item, place })).filter((item) => item.kind === "class");

  /* Lowest, middle and highest; unreliable values are left out where there are others. */
  const spread = (data, picture) => {
    const all = ofClasses(picture);
    if (!all.length) return T.t("summary nothing");
    const good = all.filter((item) => !item.hatched);
    const places = sorted(good.length ? good : all);
    const { topic, view } = picture;
    const { names } = data.level[view.level];
    const text = (item) => T.measured(topic, view.measure, item.value);
    const [low, high] = [places[0], places[places.length - 1]];
    const middle = places[Math.floor((places.length - 1) / 2)];
    const range = T.t("summary range", {
      lowest: `${names[low.place]} (${text(low)})`,
      highest: `${names[high.place]} (${text(high)})`,
      middle: text(middle),
    });
    return good.length && good.length < all.length ? `${T.t("summary reliable")} ${range}` : range;
  };

  /* In which larger places most places of the highest class, or of the verdict worse, lie. */
  const where = (data, picture) => {
    const { view } = picture;
    const level = data.level[view.level];
    const around = T.coarser(data, view.level).filter((item) => level.parents[item.key]).pop();
    if (!around) return "";
    const verdict = T.isVerdict(view.measure);
    const wanted = (item) => (verdict ? item.kind === "worse" : item.kind === "class" && item.number === picture.limits.length);
    const counts = new Map();
    picture.places.forEach((item, place) => {
      const parent = level.parents[around.key][place];
      if (wanted(item) && parent >= 0) counts.set(parent, (counts.get(parent) || 0) + 1);
    });
    const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
    const first = [...counts].sort((one, two) => two[1] - one[1] || one[0] - two[0]).slice(0, MOST);
    const top = first.reduce((sum, [, count]) => sum + count, 0);
    if (all < 2 || top * 2 <= all || counts.size < 2) return "";
    return T.t("summary where", {
      text: verdict ? T.t(T.verdictKey(picture.topic, "worse")) : T.capital(T.classText(picture, picture.limits.length)),
      count: T.number(all, 0),
      places: T.say(level.plural).toLowerCase(),
      where: T.list(first.map(([parent, count]) => T.t("summary most", { place: around.names[parent], count: T.number(count, 0) }))),
    });
  };

  const verdicts = (picture) =>
    ["worse", "same", "better"]
      .map((kind) => `${T.t(T.verdictKey(picture.topic, kind))}: ${T.number(picture.counts.kinds[kind] || 0, 0)}`)
      .join("; ") + ".";

  const left = (data, picture) => {
    const of = (kind) => [T.t(`legend ${kind}`), picture.counts.kinds[kind] || 0];
    return [of("suppressed"), ...T.reasons(data, picture), of("none")]
      .filter(([, count]) => count)
      .map(([text, count]) => `${text}: ${T.number(count, 0)}`)
      .join("; ");
  };

  const whole = (data, picture) => {
    const { topic, view } = picture;
    const cell = data.whole && data.cell(topic, data.whole.key, view.group, view.period, 0);
    if (!cell || cell.estimate === null || view.measure !== "estimate") return "";
    const margin = cell.moe === null ? "" : ` ± ${T.amount(topic, cell.moe)}`;
    return T.t("summary state", { state: data.state, value: `${T.amount(topic, cell.estimate)}${margin}` });
  };

  /* The map in words; `met` says which places meet conditions, where there are any. */
  T.summary = (data, picture, met) => {
    const level = data.level[picture.view.level];
    const { counts } = picture;
    const gone = ["suppressed", "missing", "none"].reduce((sum, kind) => sum + (counts.kinds[kind] || 0), 0);
    const count = T.t("summary count", {
      count: T.number(level.ids.length, 0),
      places: T.say(level.ids.length === 1 ? level.label : level.plural).toLowerCase(),
      known: T.number(level.ids.length - gone, 0),
    });
    const hatched = counts.hatched ? T.counted("summary hatched", counts.hatched) : "";
    const rest = left(data, picture);
    const shown = T.isVerdict(picture.view.measure) ? verdicts(picture) : spread(data, picture);
    return [count, hatched, shown, where(data, picture), whole(data, picture), rest && `${rest}.`, met].filter(Boolean).join(" ");
  };
})();
