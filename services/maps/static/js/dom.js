"use strict";
/* Elements made from code: text is always text, never markup. */
globalThis.Townline = globalThis.Townline || {};
(() => {
  const T = globalThis.Townline;
  const SVG = "http://www.w3.org/2000/svg";

  const set = (node, name, value) => {
    if (value === false || value === null || value === undefined) return;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked") node[name] = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  };

  const fill = (node, attributes, children) => {
    for (const [name, value] of Object.entries(attributes || {})) set(node, name, value);
    for (const child of children.flat()) {
      if (child !== null && child !== undefined && child !== false) node.append(child);
    }
    return node;
  };

  T.el = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
  T.svg = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);
  T.byId = (id) => document.getElementById(id);

  /* A select in a label; options are [value, text] or [heading, [[value, text], …]]. */
  T.select = (name, label, options, value, onchange) => {
    const option = ([key, text]) =>
      Array.isArray(text)
        ? T.el("optgroup", { label: key }, text.map(option))
        : T.el("option", { value: key }, text);
    const select = T.el("select", { name }, options.map(option));
    select.value = value;
    select.addEventListener("change", () => onchange(select.value));
    return T.el("label", { class: "field" }, T.el("span", {}, label), select);
  };
})();
