"use strict";
/* The document that the page was made with; its numbers are unpacked when they are first needed. */
(() => {
  const T = globalThis.Townline;

  const inflate = async (text) => {
    const packed = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  };

  /* Whole numbers from planes of equal significance, little end first; the smallest stands for none. */
  const whole = (bytes, [offset, length, width]) => {
    const values = new Float64Array(length);
    const lowest = -(2 ** (8 * width - 1));
    for (let plane = 0; plane < width; plane += 1) {
      const at = offset + plane * length;
      const weight = 256 ** plane;
      for (let i = 0; i < length; i += 1) values[i] += bytes[at + i] * weight;
    }
    for (let i = 0; i < length; i += 1) {
      if (values[i] >= -lowest) values[i] += 2 * lowest;
      if (values[i] === lowest) values[i] = NaN;
    }
    return values;
  };

  T.Data = class {
    constructor(source, bytes) {
      Object.assign(this, source);
      this.bytes = bytes;
      this.level = Object.fromEntries(source.levels.map((level) => [level.key, level]));
      this.whole = source.levels.find((level) => level.type === "state") || null;
      this.columns = new Map();
    }

    static async open(source) {
      return new T.Data(source, await inflate(source.values));
    }

    /* The values of one topic at one level: estimate, moe, lower, upper, status and the verdicts. */
    block(topic, key) {
      const name = `${topic.id} ${key}`;
      if (!this.columns.has(name)) this.columns.set(name, this.unpack(topic.blocks[key]));
      return this.columns.get(name);
    }

    unpack(block) {
      const scaled = (column) => {
        const steps = whole(this.bytes, column);
        const scale = 10 ** column[3];
        return steps.map((step) => step / scale);
      };
      const found = { estimate: scaled(block.estimate), moe: scaled(block.moe) };
      found.status = whole(this.bytes, block.status);
      for (const name of ["verdict_reference", "verdict_state"]) {
        if (block[name]) found[name] = whole(this.bytes, block[name]);
      }
      for (const [name, sign] of [["lower", -1], ["upper", 1]]) {
        if (block[name]) found[name] = this.limits(found, block, block[name], sign);
      }
      return found;
    }

    /* Limits: what the page predicts from estimate and margin, and the steps by which they differ. */
    limits(found, block, column, sign) {
      const scale = 10 ** column[3];
      const known = (value) => (Number.isNaN(value) ? 0 : value);
      return whole(this.bytes, column).map((steps, i) => {
        const half = known(found.moe[i]) * block.factor;
        const limit = known(found.estimate[i]) + sign * half;
        const inside = sign < 0 ? Math.max(limit, block.range[0]) : Math.min(limit, block.range[1]);
        const predicted = Math.floor(inside * scale + 0.5);
        return (steps + predicted) / scale;
      });
    }

    /* Everything that is known of one cell. */
    cell(topic, key, group, period, place) {
      const block = topic.blocks[key] ? this.block(topic, key) : null;
      if (!block || group < 0 || period < 0) return null;
      const at = this.at(topic, key, group, period) + place;
      const cell = { status: this.statuses[block.status[at]] };
      for (const name of ["estimate", "moe", "lower", "upper"]) {
        const value = block[name] ? block[name][at] : NaN;
        cell[name] = cell.status.value && !Number.isNaN(value) ? value : null;
      }
      return cell;
    }

    /* Where the places of a group and period begin. */
    at(topic, key, group, period) {
      return (period * topic.groups.length + group) * this.level[key].ids.length;
    }
  };
})();
