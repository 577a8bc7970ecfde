"use strict";
/* The choices of one map: indicator, groups, period, places and measure. */
(() => {
  const T = globalThis.Townline;
  const HEADINGS = { estimate: "values", reference: "against reference", state: "against state" };

  const measureOptions = (data, view) => {
    const topic = data.topics[view.topic];
    const offered = T.MEASURES.filter((measure) => T.offers(topic, view.level, measure));
    const reference = topic.reference === null ? "" : T.group(topic, topic.reference);
    const text = (measure) => T.t(`measure ${measure}`, { reference, state: data.state });
    return Object.entries(HEADINGS)
      .map(([ending, heading]) => [
        T.t(heading),
        offered.filter((measure) => measure.endsWith(ending)).map((measure) => [measure, text(measure)]),
      ])
      .filter(([, options]) => options.length);
  };

  const groupFields = (data, view, change) => {
    const topic = data.topics[view.topic];
    const codes = T.codesOf(topic, view.group);
    return topic.dimensions.map((dimension) => {
      const available = ["total", ...dimension.codes.map((item) => item.code)].filter((code) =>
        topic.groups.some((group) => group[topic.dimensions.indexOf(dimension)] === code),
      );
      const together = (code) => code === "total" || T.together(topic, codes, dimension.name, code) >= 0;
      const options = available.map((code) => [code, T.code(dimension, code) + (together(code) ? "" : ` (${T.t("alone")})`)]);
      return T.select(dimension.name, T.say(dimension.title), options, codes[dimension.name], (code) =>
        change({ ...view, group: T.chosenGroup(topic, codes, dimension.name, code) }),
      );
    });
  };

  /* The group that has one code changed and the others as they are; -1 where there is none. */
  T.together = (topic, codes, name, code) => {
    const wanted = { ...codes, [name]: code };
    return topic.groups.findIndex((group) => group.every((item, at) => item === (wanted[topic.dimensions[at].name] || "total")));
  };

  /* The group with one code changed; where there is no such intersection, that code alone. */
  T.chosenGroup = (topic, codes, name, code) => {
    const together = T.together(topic, codes, name, code);
    return together >= 0 ? together : T.groupOf(topic, { [name]: code });
  };

  const levelOptions = (data, view) =>
    data.levels
      .filter((level) => level.drawn && data.topics[view.topic].blocks[level.key])
      .map((level) => [level.key, T.say(level.plural)]);

  /* Fill a form with the fields of a view; `change` is called with the new view. */
  T.drawChoices = (form, data, view, change, withPlaces) => {
    const focused = form.contains(document.activeElement) ? document.activeElement.name : null;
    const topic = data.topics[view.topic];
    const fit = (values) => change(T.fitting(data, { ...view, ...values }));
    const fields = [
      T.select("indicator", T.t("indicator"), data.topics.map((item, at) => [String(at), T.say(item.title)]), String(view.topic), (value) =>
        change(T.withTopic(data, view, Number(value))),
      ),
      ...groupFields(data, view, change),
    ];
    if (topic.periods.length > 1) {
      const periods = topic.periods.map((_, at) => [String(at), T.period(topic, at)]);
      fields.push(T.select("period", T.t("period"), periods, String(view.period), (value) => fit({ period: Number(value) })));
    }
    if (withPlaces) {
      fields.push(T.select("places", T.t("places"), levelOptions(data, view), view.level, (level) => fit({ level })));
    }
    fields.push(T.select("measure", T.t("measure"), measureOptions(data, view), view.measure, (measure) => fit({ measure })));
    form.replaceChildren(...fields);
    if (focused && form.elements[focused]) form.elements[focused].focus();
  };
})();
