"use strict";
/* Words of the page in the chosen language. */
(() => {
  const T = globalThis.Townline;
  let words = {};
  T.language = "en";

  T.useTexts = (texts) => {
    words = texts;
  };

  T.setLanguage = (language) => {
    T.language = words[language] ? language : "en";
    document.documentElement.lang = T.language;
    for (const node of document.querySelectorAll("[data-t]")) node.textContent = T.t(node.dataset.t);
    for (const node of document.querySelectorAll("[data-label]")) {
      node.setAttribute("aria-label", T.t(node.dataset.label));
    }
  };

  /* The text of a key, its {places} filled. */
  T.t = (key, values = {}) =>
    words[T.language][key].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));

  /* The text of a key about a count, in the singular where it is one. */
  T.counted = (key, count, values = {}) => T.t(count === 1 ? `${key} one` : key, { count: T.number(count, 0), ...values });

  T.has = (key) => key in words[T.language];

  /* A text that the data give in both languages. */
  T.say = (texts) => texts[T.language] || texts.en;

  /* The same as a node; a text that is there in English only is marked as English. */
  T.said = (texts) => (texts[T.language] ? texts[T.language] : T.el("span", { lang: "en" }, texts.en));

  /* The text of a key as nodes, its {places} filled with texts or nodes. */
  T.filled = (key, values) =>
    words[T.language][key].split(/\{(\w+)\}/).map((part, at) => (at % 2 ? values[part] : part));

  /* Who a source is by, as nodes: agencies are named as they name themselves. */
  T.credit = (source) => {
    const name = T.said({ en: source.credit });
    return source.computed ? T.filled("computed", { name }) : [name];
  };

  T.creditText = (source) => (source.computed ? T.t("computed", { name: source.credit }) : source.credit);

  T.sorter = () => new Intl.Collator(T.language, { numeric: true, sensitivity: "base" });

  /* Text as it is compared: no accents, no case, single blanks. */
  T.plain = (text) =>
    text
      .normalize("NFKD")
      .replace(/[\u0300-\u036f]/g, "")
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, " ")
      .trim();
})();
