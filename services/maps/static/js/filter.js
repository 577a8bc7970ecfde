"use strict";
/* Conditions on places: above or below a value, or in the highest or lowest fifth. */
(() => {
  const T = globalThis.Townline;
  const TESTS = ["above", "below", "highest fifth", "lowest fifth"];
  const MOST = 4;
  const NAMED = 25; // places that are named, where they are not more

  T.isCondition = (data, item) =>
    Boolean(item) && data.topics.some((topic) => topic.id === item.topic) && TESTS.includes(item.test) && Number.isFinite(item.value);

  /* The view of a condition's indicator, with the map's group and period where it has them. */
  const viewOf = (data, condition, view) => {
    const number = data.topics.findIndex((topic) => topic.id === condition.topic);
    if (!data.topics[number].blocks[view.level]) return null;
    return { ...T.withTopic(data, { ...view, measure: "estimate" }, number), level: view.level };
  };

  const valuesOf = (data, view) => {
    const topic = data.topics[view.topic];
    return data.level[view.level].ids.map((_, place) => data.cell(topic, view.level, view.group, view.period, place).estimate);
  };

  const fifth = (values, share) => {
    const known = values.filter((value) => value !== null).sort((one, two) => one - two);
    return known.length ? known[Math.min(known.length - 1, Math.floor(known.length * share))] : NaN;
  };

  const holds = (data, condition, view) => {
    const own = viewOf(data, condition, view);
    if (!own) return data.level[view.level].ids.map(() => false);
    const values = valuesOf(data, own);
    const high = fifth(values, 0.8);
    const low = fifth(values, 0.2);
    const tests = {
      above: (value) => value > condition.value,
      below: (value) => value < condition.value,
      "highest fifth": (value) => value >= high,
      "lowest fifth": (value) => value < low,
    };
    return values.map((value) => value !== null && tests[condition.test](value));
  };

  /* Which places fulfil all conditions; null when there is none. */
  T.kept = (data, conditions, view) => {
    if (!conditions.length) return null;
    const each = conditions.map((condition) => holds(data, condition, view));
    return data.level[view.level].ids.map((_, place) => each.every((flags) => flags[place]));
  };

  /* A test in words: the highest or lowest fifth is the worst or best one where a direction is declared good. */
  const testText = (topic, test) => {
    const [end, fifth] = test.split(" ");
    if (!fifth || topic.direction === "neutral") return T.t(`test ${test}`);
    const bad = (end === "highest") === (topic.direction === "lower_is_better");
    return T.t(`test ${bad ? "worst" : "best"} ${end}`);
  };

  const conditionText = (data, { topic: id, test, value }) => {
    const topic = data.topics.find((one) => one.id === id);
    const limit = test.endsWith("fifth") ? "" : ` ${T.amount(topic, value)}`;
    return `${T.say(topic.title)}: ${testText(topic, test)}${limit}`;
  };

  /* How many places meet which conditions, and which they are where they are few. */
  T.keptText = (data, conditions, view, kept) => {
    const names = data.level[view.level].names.filter((_, place) => kept[place]);
    const told = T.counted("summary kept", names.length, { conditions: conditions.map((item) => conditionText(data, item)).join("; ") });
    return names.length && names.length <= NAMED ? `${told} ${T.list([...names].sort(T.sorter().compare))}.` : told;
  };

  /* The controls; `view` gives the map's view. What had the keyboard keeps it; after adding, the new condition has it. */
  T.drawFilter = (node, data, conditions, view, change) => {
    const focused = node.contains(document.activeElement) ? document.activeElement.name : null;
    const had = node.querySelectorAll("fieldset").length;
    const replace = (at, values) => change(conditions.map((item, number) => (number === at ? { ...item, ...values } : item)));
    const rows = conditions.map((item, at) => {
      const topics = data.topics.map((topic) => [topic.id, T.say(topic.title)]);
      const topic = data.topics.find((one) => one.id === item.topic);
      const tests = TESTS.map((test) => [test, testText(topic, test)]);
      const number = T.el("input", { type: "number", name: `limit-${at}`, step: "any", value: String(item.value), onchange: (event) => replace(at, { value: Number(event.target.value) }) });
      return T.el("fieldset", { class: "condition" },
        T.el("legend", {}, T.t("condition", { number: at + 1 })),
        T.select(`topic-${at}`, T.t("indicator"), topics, item.topic, (topic) => replace(at, { topic })),
        T.select(`test-${at}`, T.t("test"), tests, item.test, (test) => replace(at, { test })),
        item.test.endsWith("fifth") ? null : T.el("label", { class: "field" }, T.el("span", {}, T.t("limit of", { unit: T.unit(topic) })), number),
        T.el("button", { type: "button", name: `remove-${at}`, onclick: () => change(conditions.filter((_, other) => other !== at)) }, T.t("remove condition")));
    });
    const add = () => change([...conditions, { topic: data.topics[view().topic].id, test: "highest fifth", value: 0 }]);
    node.replaceChildren(
      T.el("p", { class: "note" }, T.t("filter note")),
      ...rows,
      conditions.length < MOST ? T.el("button", { type: "button", name: "add", onclick: add }, T.t("add condition")) : "",
    );
    if (focused === null) return;
    const wanted = conditions.length > had ? `topic-${conditions.length - 1}` : conditions.length < had ? "add" : focused;
    node.querySelector(`[name="${wanted}"]`)?.focus();
  };
})();
