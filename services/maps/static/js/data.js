"use strict";
/* The document that the page was made with; its numbers are unpacked when they are first needed. */
(() => {
  const T = globalThis.Townline;

  const inflate = async (text) => {
    const packed = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  };

  /* The codes of a column from their planes of equal significance. */
  const codesOf = (bytes, [offset, length, width]) => {
    const codes = new Float64Array(length);
    for (let plane = 0; plane < width; plane += 1) {
      const at = offset + plane * length;
      const weight = 256 ** plane;
      for (let i = 0; i < length; i += 1) codes[i] += bytes[at + i] * weight;
    }
    return codes;
  };

  const known = (value) => (Number.isNaN(value) ? 0 : value);

  /* The mean of the numbers 1, 2, … times `distance` before, of those that are known. */
  const meanBefore = (values, distance) => {
    const sums = new Float64Array(distance);
    const counts = new Float64Array(distance);
    return (i) => {
      const place = i % distance;
      if (i >= distance) {
        sums[place] += known(values[i - distance]);
        counts[place] += Number.isNaN(values[i - distance]) ? 0 : 1;
      }
      return Math.floor(sums[place] / Math.max(counts[place], 1) + 0.5);
    };
  };

  const predictorOf = (values, predictor) => {
    if (!predictor) return () => 0;
    if (predictor < 0) return meanBefore(values, -predictor);
    return (i) => (i < predictor ? 0 : known(values[i - predictor]));
  };

  /* Whole numbers from codes: 0 is none, 2·d + 1 and -2·d are differences from what is predicted. */
  const whole = (bytes, column) => {
    const values = codesOf(bytes, column);
    const predicted = predictorOf(values, column[4]);
    for (let i = 0; i < values.length; i += 1) {
      const code = values[i];
      const near = predicted(i);
      if (code === 0) values[i] = NaN;
      else values[i] = near + (code % 2 ? (code - 1) / 2 : -code / 2);
    }
    return values;
  };

  const SAME = 0;
  const BETTER = 1;
  const WORSE = 2;
  const UNRELIABLE = 3;
  const SUPPRESSED = 4;
  const NOBODY = 5;

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

    /* The values of one topic at one level: estimate, moe, lower, upper and status. */
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
      const found = { estimate: scaled(block.estimate), moe: scaled(block.moe), status: whole(this.bytes, block.status) };
      for (const [name, sign] of [["lower", -1], ["upper", 1]]) {
        if (block[name]) found[name] = this.limits(found, block, block[name], sign);
      }
      return found;
    }

    /* Limits: what the page predicts from estimate and margin, and the steps by which they differ. */
    limits(found, block, column, sign) {
      const scale = 10 ** column[3];
      return whole(this.bytes, column).map((steps, i) => {
        const half = known(found.moe[i]) * block.factor;
        const limit = known(found.estimate[i]) + sign * half;
        const inside = sign < 0 ? Math.max(limit, block.range[0]) : Math.min(limit, block.range[1]);
        const predicted = Math.floor(inside * scale + 0.5);
        return (steps + predicted) / scale;
      });
    }

    /* The verdicts of a topic at a level: what follows from the values, and the exceptions that are stored. */
    verdicts(topic, key, measure) {
      const name = `${topic.id} ${key} ${measure}`;
      if (!this.columns.has(name)) {
        const block = this.block(topic, key);
        const other = this.against(topic, key, measure);
        const stored = whole(this.bytes, topic.blocks[key][measure]);
        this.columns.set(name, stored.map((code, i) => (code ? code - 1 : this.expected(topic, block, i, ...other(i)))));
      }
      return this.columns.get(name);
    }

    /* Estimate and margin that a cell is compared with. */
    against(topic, key, measure) {
      const places = this.level[key].ids.length;
      const row = places * topic.groups.length;
      const reference = measure.endsWith("reference");
      const { estimate, moe } = this.block(topic, reference ? key : this.whole.key);
      return (i) => {
        const at = reference ? Math.floor(i / row) * row + topic.reference * places + (i % places) : Math.floor(i / places);
        return [estimate[at], moe[at]];
      };
    }

    expected(topic, block, i, estimate, moe) {
      const status = this.statuses[block.status[i]];
      if (status.nobody) return NOBODY;
      if (status.code === "suppressed") return SUPPRESSED;
      const difference = block.estimate[i] - estimate;
      const bound = topic.critical * (block.moe[i] * block.moe[i] + moe * moe);
      if (status.code === "unreliable" || Number.isNaN(difference) || Number.isNaN(bound)) return UNRELIABLE;
      if (!(difference * difference > bound)) return SAME;
      return difference > 0 === (topic.direction !== "lower_is_better") ? BETTER : WORSE;
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
