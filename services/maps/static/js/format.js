"use strict";
/* Numbers and groups in words. */
(() => {
  const T = globalThis.Townline;
  const formats = new Map();

  const LOCALES = { en: "en-US", es: "es-US" };

  /* A number as services/numbers.py writes it; what rounds to zero has no sign. */
  T.number = (value, decimals, sign = "auto") => {
    const key = [T.language, decimals, sign].join();
    if (!formats.has(key)) {
      const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
      formats.set(key, new Intl.NumberFormat(LOCALES[T.language], { ...digits, signDisplay: sign }));
    }
    const text = formats.get(key).format(value);
    return /[1-9]/.test(text) ? text : text.replace(/[-+]/, "");
  };

  const dollars = (text) => (text.startsWith("-") || text.startsWith("+") ? `${text[0]}$${text.slice(1)}` : `$${text}`);
  const UNITS = { percent: (text) => `${text}%`, dollars, "US dollars": dollars };

  T.unit = (topic) => T.say(topic.unit_label);

  /* A value of a topic with its unit, short. */
  T.amount = (topic, value) => {
    const text = T.number(value, topic.decimals);
    return UNITS[topic.unit] ? UNITS[topic.unit](text) : text;
  };

  /* A value of a measure, short: 12.3%, +4.5 points, 1.25 ×. */
  T.measured = (topic, measure, value) => {
    if (measure === "estimate") return T.amount(topic, value);
    if (measure === "ratio_state") return `${T.number(value, 2)}\u00a0×`;
    const text = T.number(value, topic.decimals, "exceptZero");
    if (topic.unit === "percent") return `${text}\u00a0${T.t("points")}`;
    return UNITS[topic.unit] ? UNITS[topic.unit](text) : text;
  };

  /* A period of a topic as people write it. */
  T.period = (topic, number) => T.say(topic.period_labels[number]);

  /* A day with the month as a word. */
  T.date = (date) => new Intl.DateTimeFormat(LOCALES[T.language], { dateStyle: "long" }).format(date);

  /* Several things in one sentence. */
  T.list = (parts) => new Intl.ListFormat(LOCALES[T.language], { type: "conjunction" }).format(parts);

  T.lowered = (text) => text.charAt(0).toLowerCase() + text.slice(1);

  T.capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

  T.code = (dimension, code) => {
    if (code === "total") return T.t("total");
    const found = dimension.codes.find((item) => item.code === code);
    return found ? T.say(found.label) : code;
  };

  /* A group in words: the total, or its codes. */
  T.group = (topic, number) => {
    const parts = topic.groups[number]
      .map((code, at) => (code === "total" ? null : T.code(topic.dimensions[at], code)))
      .filter((text) => text !== null);
    return parts.length ? parts.join(" · ") : T.t("total");
  };
})();
