// One plot of two curves in SVG: on phones, and in the lesson as one file.

function add(parent, name, attributes, text) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const key in attributes) element.setAttribute(key, attributes[key]);
  if (text !== undefined) element.textContent = text;
  parent.appendChild(element);
  return element;
}

class Plot {
  // spec: low, high, step, horizon, names, curves, until, and perhaps ghosts, bets, adjustable, covered, marks, values
  constructor(svg, onBet = () => {}) {
    this.svg = svg;
    this.onBet = onBet;
    this.shared = add(svg, "g", {});
    this.handles = [];
    new ResizeObserver(() => this.draw()).observe(svg);
    this.matters = matchMedia("(prefers-reduced-motion: reduce)");
  }

  show(spec) {
    this.spec = spec;
    this.draw();
  }

  // Uncover the curves from where they are known to the end.
  uncover(done = () => {}) {
    cancelAnimationFrame(this.frame);
    const from = this.spec.until, to = this.spec.horizon, began = performance.now();
    const step = now => {
      const share = this.matters.matches ? 1 : Math.min(1, (now - began) / 1500);
      this.spec.until = from + (to - from) * share;
      this.draw();
      if (share < 1) this.frame = requestAnimationFrame(step);
      else done();
    };
    this.spec.covered = false;
    this.frame = requestAnimationFrame(step);
  }

  x(halfTerm) { return this.left + (this.right - this.left) * halfTerm / this.spec.horizon; }
  y(value) { return this.bottom - (this.bottom - this.top) * (value - this.spec.low) / (this.spec.high - this.spec.low); }

  figure(value) { return figure_of(value, this.spec.step); }

  draw() {
    const spec = this.spec, width = this.svg.clientWidth, height = this.svg.clientHeight;
    if (!spec || width < 60 || height < 60) return;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const wide = Math.max(...[spec.low, spec.high].map(one => this.figure(one).length));
    Object.assign(this, { left: 14 + 9 * Math.max(2, wide), right: width - 52, top: spec.marks && spec.marks.length ? 34 : 16, bottom: height - 28 });
    this.shared.replaceChildren();
    this.axes();
    if (spec.covered) this.cover();
    (spec.marks || []).forEach((mark, place) => this.mark(mark, place));
    if (spec.ghosts) SIDES.forEach((_, side) => this.ghost(side));
    if (spec.raw) [1, 0].forEach(side => add(this.shared, "path", { class: "line raw " + SIDES[side], d: this.path(spec.raw[side], 0, spec.until) }));
    [1, 0].forEach(side => add(this.shared, "path", { class: "line " + SIDES[side], d: this.path(spec.curves[side], 0, spec.until) }));
    if (spec.bets && !spec.adjustable) this.placed();
    this.ends();
    this.adjust();
    this.svg.setAttribute("aria-label", this.description());
  }

  axes() {
    const { low, high } = this.spec, rough = (high - low) / 3, unit = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 2.5, 5, 10].map(one => one * unit).find(one => one >= rough * 0.999);
    const digits = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)) + (String(step).includes("25") && step < 10 ? 1 : 0);
    for (let tick = Math.ceil(low / step - 1e-9) * step; tick <= high + 1e-9; tick += step) {
      add(this.shared, "line", { class: "grid", x1: this.left, x2: this.right, y1: this.y(tick), y2: this.y(tick) });
      add(this.shared, "text", { class: "tick", x: this.left - 8, y: this.y(tick) + 5, "text-anchor": "end" }, sign_of(tick.toFixed(Math.min(digits, 3))));
    }
    add(this.shared, "line", { class: "base", x1: this.left, x2: this.right, y1: this.bottom, y2: this.bottom });
    const years = this.spec.horizon / 6, every = Math.max(1, Math.round(years / (this.right - this.left > 420 ? 5 : 2)));
    for (let year = 0; year < years - every / 2; year += every) {
      add(this.shared, "text", { class: "tick", x: this.x(6 * year), y: this.bottom + 22, "text-anchor": "middle" }, year);
    }
    add(this.shared, "text", { class: "tick", x: this.x(this.spec.horizon) + 24, y: this.bottom + 22, "text-anchor": "end" }, fill(WORDS.year_end, { year: sign_of(String(Math.round(10 * years) / 10)) }));
  }

  cover() {
    const x = this.x(this.spec.until), box = { x, y: this.top, width: this.right - x, height: this.bottom - this.top };
    const clip = add(this.shared, "clipPath", { id: "uncovered-not" });
    add(clip, "rect", box);
    const lines = add(this.shared, "g", { "clip-path": "url(#uncovered-not)" });
    for (let start = x - box.height; start < this.right; start += 14) {
      add(lines, "line", { class: "hatch", x1: start, y1: this.bottom, x2: start + box.height, y2: this.top });
    }
  }

  mark(mark, place) {
    const x = this.x(mark.at);
    add(this.shared, "line", { class: "mark", x1: x, x2: x, y1: this.top, y2: this.bottom });
    add(this.shared, "circle", { class: "mark-disc", cx: x, cy: this.top - 16, r: 12 });
    add(this.shared, "text", { class: "mark-number", x, y: this.top - 11 }, place + 1);
  }

  ghost(side) {
    const { curves, ghosts, until, gap } = this.spec, last = Math.floor(until);
    if (gap) {
      const there = [], back = [];
      for (let t = 0; t <= last; t++) {
        if (!known(curves[side][t]) || !known(ghosts[side][t])) continue;
        there.push(`${this.x(t)} ${this.y(curves[side][t])}`);
        back.unshift(`${this.x(t)} ${this.y(ghosts[side][t])}`);
      }
      if (there.length) add(this.shared, "path", { class: "gap " + SIDES[side], d: "M" + there.concat(back).join("L") + "z" });
    }
    add(this.shared, "path", { class: "line ghost " + SIDES[side], d: this.path(ghosts[side], 0, until) });
  }

  path(curve, from, to) {
    let d = "", up = true;
    const point = (t, value) => { d += (up ? "M" : "L") + this.x(t).toFixed(1) + " " + this.y(value).toFixed(1); up = false; };
    for (let t = from; t <= Math.floor(to) && t < curve.length; t++) known(curve[t]) ? point(t, curve[t]) : (up = true);
    const last = Math.floor(to), share = to - last;
    if (share > 0 && known(curve[last]) && known(curve[last + 1])) point(to, curve[last] + share * (curve[last + 1] - curve[last]));
    return d;
  }

  ends() {
    const { curves, until, horizon, ghosts } = this.spec, at = Math.floor(until), texts = [];
    [1, 0].forEach(side => {
      const value = curves[side][Math.min(at, curves[side].length - 1)];
      if (!known(value)) return;
      const x = this.x(Math.min(at, curves[side].length - 1)), y = this.y(value);
      if (side) add(this.shared, "rect", { class: "end b", x: x - 6, y: y - 6, width: 12, height: 12 });
      else add(this.shared, "circle", { class: "end a", cx: x, cy: y, r: 6.5 });
      if (at >= horizon) texts.push({ side, y, text: this.figure(value) });
      if (at >= horizon && ghosts && known(ghosts[side][at]) && this.figure(ghosts[side][at]) !== this.figure(value)) texts.push({ side, y: this.y(ghosts[side][at]), text: this.figure(ghosts[side][at]), ghost: true });
    });
    texts.sort((one, other) => one.y - other.y);
    for (let i = 1; i < texts.length; i++) texts[i].y = Math.max(texts[i].y, texts[i - 1].y + 22);
    const beyond = texts.length ? texts[texts.length - 1].y - this.bottom : 0;
    texts.forEach(one => add(this.shared, "text", { class: `value ${SIDES[one.side]}${one.ghost ? " ghostly" : ""}`, x: this.right + 12, y: one.y + 7 - Math.max(0, beyond) }, one.text));
  }

  placed() {
    const near = Math.abs(this.y(this.spec.bets[0]) - this.y(this.spec.bets[1])) < 42;
    SIDES.forEach((side, place) => {
      const x = this.right - 40 - (near && place ? 46 : 0), y = this.y(this.spec.bets[place]);
      add(this.shared, "circle", { class: "bet " + side, cx: x, cy: y, r: 19 });
      add(this.shared, "text", { class: "bet-value " + side, x, y: y + 6 }, this.figure(this.spec.bets[place]));
    });
  }

  adjust() {
    const { bets, adjustable } = this.spec;
    if (!adjustable || !bets) {
      this.handles.forEach(handle => handle.remove());
      this.handles = [];
      return;
    }
    if (!this.handles.length) this.handles = SIDES.map((_, side) => this.handle(side));
    const ys = bets.map(one => this.y(one)), distance = Math.abs(ys[0] - ys[1]);
    const shift = distance < 58 ? Math.sqrt(58 ** 2 - distance ** 2) : 0;
    SIDES.forEach((side, place) => {
      const handle = this.handles[place], x = this.right - (place ? 0 : shift), y = ys[place];
      const start = this.spec.curves[place].slice(0, Math.floor(this.spec.until) + 1).filter(known).pop();
      const from = [this.x(this.spec.until), this.y(known(start) ? start : bets[place])], middle = (from[0] + x) / 2;
      add(this.shared, "path", { class: `line guess ${side}`, d: `M${from}C${middle} ${from[1]} ${middle} ${y} ${x} ${y}` });
      handle.setAttribute("transform", `translate(${x} ${y})`);
      handle.lastChild.textContent = `${LETTERS[place]} ${this.figure(bets[place])}`;
      handle.setAttribute("aria-valuenow", bets[place]);
      handle.setAttribute("aria-valuetext", this.figure(bets[place]));
      handle.setAttribute("aria-valuemin", this.spec.low);
      handle.setAttribute("aria-valuemax", this.spec.high);
      handle.setAttribute("aria-label", fill(WORDS.your_bet, { letter: LETTERS[place], name: this.spec.names[place], year: sign_of(String(this.spec.horizon / 6)) }));
    });
  }

  handle(side) {
    const handle = add(this.svg, "g", { class: "handle " + SIDES[side], role: "slider", tabindex: 0, "aria-orientation": "vertical" });
    add(handle, "circle", { r: 30 });
    add(handle, "path", { d: "M-7 -17l7 -6l7 6M-7 17l7 6l7 -6" });
    add(handle, "text", { y: 7 });
    let grip = null;
    const there = event => event.clientY - this.svg.getBoundingClientRect().top;
    handle.addEventListener("pointerdown", event => {
      grip = there(event) - this.y(this.spec.bets[side]);
      handle.setPointerCapture(event.pointerId);
      handle.classList.add("dragged");
    });
    handle.addEventListener("pointermove", event => {
      if (grip === null) return;
      const share = (this.bottom - (there(event) - grip)) / (this.bottom - this.top);
      this.set(side, this.spec.low + share * (this.spec.high - this.spec.low));
    });
    for (const end of ["pointerup", "pointercancel"]) handle.addEventListener(end, () => { grip = null; handle.classList.remove("dragged"); });
    const { step } = this.spec, moves = { ArrowUp: step, ArrowRight: step, ArrowDown: -step, ArrowLeft: -step, PageUp: 10 * step, PageDown: -10 * step, Home: -Infinity, End: Infinity };
    handle.addEventListener("keydown", event => {
      if (!(event.key in moves)) return;
      event.preventDefault();
      this.set(side, this.spec.bets[side] + moves[event.key]);
    });
    return handle;
  }

  set(side, value) {
    const { low, high, step } = this.spec, clamped = Math.min(high, Math.max(low, value));
    const next = Math.min(high, Number((low + Math.round((clamped - low) / step) * step).toFixed(6)));
    if (next === this.spec.bets[side]) return;
    this.spec.bets = this.spec.bets.map((one, place) => place === side ? next : one);
    this.draw();
    this.onBet(this.spec.bets);
  }

  description() {
    const { names, curves, until, covered, horizon, bets } = this.spec, at = Math.min(Math.floor(until), curves[0].length - 1);
    const values = SIDES.map((_, side) => `${LETTERS[side]}, ${names[side]}: ${known(curves[side][at]) ? this.figure(curves[side][at]) : WORDS.unknown}`);
    const rest = covered ? " " + fill(WORDS.rest_covered, { year: sign_of(String(horizon / 6)) }) : "";
    const guess = bets ? " " + fill(WORDS.bet_stated, { a: this.figure(bets[0]), b: this.figure(bets[1]) }) : "";
    const year = sign_of(String(Math.round(10 * at / 6) / 10));
    return fill(WORDS.plot_at, { title: this.spec.title, unit: this.spec.unit, year, values: values.join("; ") }) + rest + guess;
  }
}
