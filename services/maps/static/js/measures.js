"use strict";
/* What a map shows of each place: its value, its class, and why it has none. */
(() => {
  const T = globalThis.Townline;

  T.MEASURES = ["estimate", "gap_reference", "verdict_reference", "gap_state", "ratio_state", "verdict_state"];
  T.isVerdict = (measure) => measure.startsWith("verdict");

  const VERDICTS = ["same", "better", "worse", "unreliable", "suppressed", "none"];

  /* The first class whose limit the value does not exceed. */
  const classOf = (value, limits) => {
    let number = 0;
    while (number < limits.length && value > limits[number]) number += 1;
    return number;
  };

  /* What a value is compared with: a function of the place, null where there is nothing. */
  const other = (data, topic, view, block) => {
    if (view.measure.endsWith("reference")) {
      const at = data.at(topic, view.level, topic.reference, view.period);
      return (place) => ({ value: block.estimate[at + place], status: data.statuses[block.status[at + place]] });
    }
    const state = data.cell(topic, data.whole.key, view.group, view.period, 0);
    const value = state.estimate === null ? NaN : state.estimate;
    return () => ({ value, status: state.status });
  };

  const compared = (measure, value, against) => {
    if (measure === "ratio_state") return against > 0 ? value / against : NaN;
    return value - against;
  };

  /* A place without a value: its kind and, where it is missing, the code of the status that says why. */
  const without = (status) => {
    if (status.code === "suppressed") return { kind: "suppressed", value: null };
    return status.nobody ? { kind: "none", value: null } : { kind: "missing", value: null, why: status.value ? "missing" : status.code };
  };

  const measuredPlace = (view, cellStatus, value, against, limits) => {
    if (!cellStatus.value || Number.isNaN(value)) return without(cellStatus);
    if (against && !against.status.value) return without(against.status);
    const shown = against ? compared(view.measure, value, against.value) : value;
    if (!Number.isFinite(shown)) return { kind: "missing", value: null, why: "missing" };
    const doubtful = cellStatus.code === "unreliable" || (against && against.status.code === "unreliable");
    return { kind: "class", value: shown, number: classOf(shown, limits), hatched: Boolean(doubtful) };
  };

  /* A verdict that rests on nothing is missing, not unreliable. */
  const verdictPlace = (status, code) => {
    const kind = VERDICTS[code];
    if (kind === "unreliable" && !status.value) return without(status);
    return { kind, value: code, hatched: kind === "unreliable" };
  };

  /* The picture of a view: one entry per place, the class limits and how many places each kind has. */
  T.picture = (data, view) => {
    const topic = data.topics[view.topic];
    const stored = topic.blocks[view.level];
    const block = data.block(topic, view.level);
    const start = data.at(topic, view.level, view.group, view.period);
    const limits = stored.breaks[view.measure];
    const codes = T.isVerdict(view.measure) ? data.verdicts(topic, view.level, view.measure) : null;
    const against = view.measure === "estimate" || T.isVerdict(view.measure) ? null : other(data, topic, view, block);
    const places = data.level[view.level].ids.map((_, place) => {
      const status = data.statuses[block.status[start + place]];
      if (codes) return verdictPlace(status, codes[start + place]);
      return measuredPlace(view, status, block.estimate[start + place], against && against(place), limits);
    });
    return { view, topic, limits, places, counts: counted(places, limits) };
  };

  const counted = (places, limits) => {
    const counts = { classes: new Array(limits.length + 1).fill(0), hatched: 0, kinds: {}, why: {} };
    for (const place of places) {
      counts.kinds[place.kind] = (counts.kinds[place.kind] || 0) + 1;
      if (place.kind === "class") counts.classes[place.number] += 1;
      if (place.hatched) counts.hatched += 1;
      if (place.why) counts.why[place.why] = (counts.why[place.why] || 0) + 1;
    }
    return counts;
  };

  /* Why values are missing, in words. */
  T.why = (data, code) => (code === "missing" ? T.t("legend missing") : T.say(data.statuses.find((status) => status.code === code).label));

  /* What is missing in a picture: the reasons in words with the number of places. */
  T.reasons = (data, picture) =>
    data.statuses.filter(({ code, nobody }) => !nobody && picture.counts.why[code]).map(({ code }) => [T.why(data, code), picture.counts.why[code]]);

  /* Whether a topic has at a level what a measure needs. */
  T.offers = (topic, level, measure) => measure in topic.blocks[level].breaks;

  /* The share of the places with people whose value can be relied on. */
  T.reliable = (data, view) => {
    const topic = data.topics[view.topic];
    const block = data.block(topic, view.level);
    const start = data.at(topic, view.level, view.group, view.period);
    let people = 0;
    let good = 0;
    data.level[view.level].ids.forEach((_, place) => {
      const status = data.statuses[block.status[start + place]];
      if (status.nobody) return;
      people += 1;
      if (status.value && status.code !== "unreliable") good += 1;
    });
    return people ? good / people : 0;
  };

  /* Colours of the classes of a picture, from the lowest to the highest. */
  T.ramp = (data, picture) => {
    const number = picture.limits.length + 1;
    if (picture.view.measure === "estimate") return data.palette.sequential[number - 1];
    const worseFirst = data.palette.diverging[number - 1];
    return picture.topic.direction === "lower_is_better" ? [...worseFirst].reverse() : worseFirst;
  };

  T.colour = (data, picture, place) => {
    if (place.kind === "class") return T.ramp(data, picture)[place.number];
    return data.palette[place.kind] || data.palette.verdict[place.kind];
  };

  /* The words for a verdict: better and worse only where a direction is declared good. */
  T.verdictKey = (topic, kind) => {
    if (topic.direction === "neutral" && (kind === "better" || kind === "worse")) {
      return kind === "better" ? "verdict above" : "verdict below";
    }
    return `verdict ${kind}`;
  };

  /* A place's value in words. */
  T.placeText = (data, picture, place) => {
    const item = picture.places[place];
    const { topic, view } = picture;
    if (T.isVerdict(view.measure) && T.has(T.verdictKey(topic, item.kind))) {
      return T.t(T.verdictKey(topic, item.kind));
    }
    if (item.why && item.why !== "missing") return T.lowered(T.why(data, item.why));
    if (item.kind !== "class") return T.t(`kind ${item.kind}`);
    const value = T.measured(topic, view.measure, item.value);
    const cell = data.cell(topic, view.level, view.group, view.period, place);
    const margin =
      view.measure === "estimate" && cell.moe !== null ? ` ± ${T.amount(topic, cell.moe)}` : "";
    const note = item.hatched ? `, ${T.t("kind unreliable")}` : T.statusNote(cell.status);
    return `${value}${margin}${note}`;
  };

  T.statusNote = (status) =>
    status.code === "top_coded" || status.code === "bottom_coded" ? `, ${T.say(status.label)}` : "";
})();
