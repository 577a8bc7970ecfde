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
    return `${parts.join(": ")}, ${T.period(topic.periods[view.period])}`;
  };

  const known = (picture) =>
    picture.places
      .map((item, place) => ({ ...item, place }))
      .filter((item) => item.kind === "class")
      .sort((one, two) => one.value - two.value);

  const spread = (data, picture) => {
    const places = known(picture);
    const { topic, view } = picture;
    if (!places.length) return T.t("summary nothing");
    const { names } = data.level[view.level];
    const text = (item) => T.measured(topic, view.measure, item.value);
    const [low, high] = [places[0], places[places.length - 1]];
    const middle = places[Math.floor((places.length - 1) / 2)];
    return T.t("summary range", {
      lowest: `${names[low.place]} (${text(low)})`,
      highest: `${names[high.place]} (${text(high)})`,
      middle: text(middle),
    });
  };

  const verdicts = (picture) =>
    ["worse", "same", "better"]
      .map((kind) => `${T.t(T.verdictKey(picture.topic, kind))}: ${T.number(picture.counts.kinds[kind] || 0, 0)}`)
      .join("; ") + ".";

  const left = (picture) =>
    ["unreliable", "suppressed", "missing", "none"]
      .map((kind) => [kind, kind === "unreliable" ? picture.counts.hatched : picture.counts.kinds[kind] || 0])
      .filter(([, count]) => count)
      .map(([kind, count]) => `${T.t(`legend ${kind}`)}: ${T.number(count, 0)}`)
      .join("; ");

  const whole = (data, picture) => {
    const { topic, view } = picture;
    const cell = data.whole && data.cell(topic, data.whole.key, view.group, view.period, 0);
    if (!cell || cell.estimate === null || view.measure !== "estimate") return "";
    const margin = cell.moe === null ? "" : ` ± ${T.amount(topic, cell.moe)}`;
    return T.t("summary state", { state: data.state, value: `${T.amount(topic, cell.estimate)}${margin}` });
  };

  T.summary = (data, picture, kept) => {
    const level = data.level[picture.view.level];
    const count = T.t("summary count", { count: T.number(level.ids.length, 0), places: T.say(level.plural).toLowerCase() });
    const rest = left(picture);
    const filtered = kept ? T.t("summary kept", { count: T.number(kept.filter(Boolean).length, 0) }) : "";
    return [count, T.isVerdict(picture.view.measure) ? verdicts(picture) : spread(data, picture), whole(data, picture), rest && `${rest}.`, filtered]
      .filter(Boolean)
      .join(" ");
  };
})();
