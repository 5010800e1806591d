const LESSON = JSON.parse(document.getElementById("lesson").textContent);
const bytes = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
const { horizon, names } = LESSON;
const state = { branch: 0, outcome: 0, time: LESSON.known, open: false, playing: false, bet: null };
const plot = new Plot(at("plot"), bet => { state.bet = bet; });

function outcome() { return LESSON.outcomes[state.outcome]; }
function limit() { return state.open ? horizon : LESSON.known; }
function figure(value) { return figure_of(value, outcome().step); }

function draw() {
  const shown = outcome(), { open, branch, time } = state, event = LESSON.branches[branch];
  const bets = state.outcome === 0 ? state.bet : null;
  const reach = values => [Math.min(...values), Math.max(...values)];
  const [low, high] = open ? reach([shown.low, shown.high, ...(bets || [])]) : [shown.betLow, shown.betHigh];
  const until = open ? time : LESSON.known;
  plot.show({
    title: shown.title, unit: shown.unit, low, high, step: shown.step, horizon, names, until,
    curves: shown.means[branch].map(curve => open ? curve : curve.slice(0, LESSON.known + 1)),
    raw: branch ? null : shown.raw.map(curve => open ? curve : curve.slice(0, LESSON.known + 1)),
    ghosts: branch ? shown.means[0] : null, gap: true, covered: !open, adjustable: !open, bets,
    marks: branch ? [{ at: event.at, label: event.label }] : [],
  });
  at("title").textContent = shown.title;
  at("unit").textContent = shown.unit;
  at("scrub").value = time;
  at("scrub").setAttribute("aria-valuetext", year_of(time));
  at("when").textContent = year_of(time);
  at("play").textContent = state.playing ? WORDS.pause : WORDS.play;
  networks();
  sentence();
  if (at("details").open) table();
}

function year_of(time) { return time ? fill(WORDS.year, { year: Math.ceil(time / 6) }) : WORDS.start; }

function sentence() {
  const shown = outcome(), element = at("about");
  if (!state.open) return phrase(element, WORDS.drag, { a_tag: "A", b_tag: "B", one: names[0], other: names[1] });
  if (state.time < horizon) return phrase(element, "");
  const end = branch => shown.means[branch].map(curve => curve[horizon]);
  const now = end(state.branch), before = end(0);
  if (![...now, ...before].every(known)) return phrase(element, "");
  if (state.branch) {
    const words = side => LETTERS[side] + " " + (figure(now[side]) === figure(before[side]) ? fill(WORDS.same, { value: figure(now[side]) }) : fill(WORDS.with, { value: figure(now[side]), before: figure(before[side]) }));
    return phrase(element, WORDS.event + " " + WORDS.dashed, { a_now: words(0), b_now: words(1) });
  }
  if (state.outcome || !state.bet) return phrase(element, "");
  const off = side => figure(distance(state.bet[side], now[side], shown.step));
  phrase(element, WORDS.off, { a_off: off(0), b_off: off(1) });
}

// Networks: what stays is drawn once, colours and widths change.
const drawn = ["a", "b"].map(letter => {
  const svg = at("network-" + letter), { width, height, schools, alliances } = LESSON.map;
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  alliances.forEach(([x, y, reach]) => add(svg, "circle", { class: "ring", cx: x, cy: y, r: reach }));
  const ties = add(svg, "g", {});
  const discs = schools.map(([x, y, r, name]) => {
    const disc = add(svg, "circle", { class: "school", cx: x, cy: y, r });
    add(disc, "title", {}, name);
    return disc;
  });
  return { svg, ties, discs, of: null };
});

function network_of(side) {
  const found = LESSON.branches[state.branch].networks || LESSON.branches[0].networks, network = found[side];
  if (!network.ready) {
    network.ready = { trust: bytes(network.trust), flow: bytes(network.flow) };
  }
  return network;
}

function mixed(share) {
  // Shades of trust between .3 and .8, as the colours of the page define them.
  const style = getComputedStyle(document.documentElement);
  const part = name => style.getPropertyValue(name).trim().match(/\w\w/g).map(one => parseInt(one, 16));
  const low = part("--t0"), high = part("--t1"), place = Math.min(1, Math.max(0, (share - 0.3) / 0.5));
  return "rgb(" + low.map((one, i) => Math.round(one + place * (high[i] - one))) + ")";
}

function networks() {
  const { schools } = LESSON.map, row = Math.floor(state.time), shades = {};
  drawn.forEach((picture, side) => {
    const network = network_of(side), many = network.pairs.length / 2;
    if (picture.of !== network) {
      picture.of = network;
      picture.ties.replaceChildren();
      picture.lines = Array.from({ length: many }, (_, tie) => {
        const [one, other] = [schools[network.pairs[2 * tie]], schools[network.pairs[2 * tie + 1]]];
        return add(picture.ties, "line", { class: "tie", x1: one[0], y1: one[1], x2: other[0], y2: other[1] });
      });
    }
    let sum = 0, count = 0;
    picture.discs.forEach((disc, school) => {
      const trust = network.ready.trust[row * schools.length + school];
      if (trust < 255) { sum += trust / 250; count++; }
      disc.setAttribute("fill", trust === 255 ? "#BDBDBD" : shades[trust] || (shades[trust] = mixed(trust / 250)));
    });
    picture.lines.forEach((line, tie) => {
      const flow = network.ready.flow[row * many + tie];
      line.setAttribute("stroke-width", flow < 255 ? (22 * Math.sqrt(flow / 250)).toFixed(1) : 0);
    });
    picture.svg.setAttribute("aria-label", fill(WORDS.network, { name: names[side], when: year_of(state.time), schools: schools.length, share: count ? Math.round(100 * sum / count) : "–" }));
  });
}

function table() {
  const shown = outcome(), rows = [[WORDS.table_year, ...names]];
  for (let time = 0; time <= horizon; time += 6) {
    rows.push([time / 6, ...shown.means[state.branch].map(curve => time > limit() ? WORDS.covered : known(curve[time]) ? figure(curve[time]) : "–")]);
  }
  at("table").replaceChildren(...rows.map((cells, place) => {
    const row = document.createElement("tr");
    row.append(...cells.map((cell, column) => {
      const element = document.createElement(place && column ? "td" : "th");
      if (!place || !column) element.scope = place ? "row" : "col";
      element.textContent = cell;
      return element;
    }));
    return row;
  }));
}

// Time: a year a second.
let frame = 0, last = 0;
function play(on) {
  cancelAnimationFrame(frame);
  state.playing = on;
  if (on && state.time >= limit()) state.time = 0;
  last = performance.now();
  const step = now => {
    const before = Math.floor(state.time);
    state.time = Math.min(limit(), state.time + 6 * Math.min(0.25, (now - last) / 1000));
    last = now;
    if (state.time >= limit()) state.playing = false;
    if (state.open || Math.floor(state.time) !== before || !state.playing) draw();
    if (state.playing) frame = requestAnimationFrame(step);
  };
  if (on) frame = requestAnimationFrame(step);
  draw();
}

function open_up() {
  state.open = true;
  at("scrub").max = horizon;
  at("more").hidden = false;
  at("events").hidden = LESSON.branches.length < 2;
  at("reveal").textContent = WORDS.again;
  at("reveal").classList.remove("go");
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) { play(false); state.time = horizon; draw(); }
  else { state.time = LESSON.known; play(true); }
}

function begin() {
  Object.assign(state, { branch: 0, outcome: 0, open: false, bet: state.bet || middle_bets(LESSON.outcomes[0].betLow, LESSON.outcomes[0].betHigh, LESSON.outcomes[0].step), time: LESSON.known });
  play(false);
  at("scrub").max = LESSON.known;
  at("more").hidden = true;
  at("reveal").textContent = WORDS.reveal;
  at("reveal").classList.add("go");
  at("event").value = at("curve").value = "0";
  draw();
}

at("lesson-title").textContent = LESSON.title;
at("heading").textContent = LESSON.question;
["a", "b"].forEach((letter, side) => { at("name-" + letter).textContent = `${LETTERS[side]} ${names[side]}`; });
at("events-title").textContent = WORDS.try;
at("curve-title").textContent = WORDS.curve;
at("table-title").textContent = WORDS.table;
at("legend").textContent = WORDS.legend;
at("facts").textContent = LESSON.about + ".";
at("source").textContent = LESSON.source;
at("forecast").textContent = WORDS.forecast;
at("scrub").setAttribute("aria-label", WORDS.time);
at("event").append(...LESSON.branches.map((branch, place) => new Option(branch.label, place)));
at("event").onchange = () => { state.branch = Number(at("event").value); state.time = horizon; play(false); };
at("curve").append(...LESSON.outcomes.map((one, place) => new Option(one.title, place)));
at("curve").onchange = () => { state.outcome = Number(at("curve").value); draw(); };
at("play").onclick = () => play(!state.playing);
at("scrub").oninput = () => { state.time = Math.min(limit(), Number(at("scrub").value)); play(false); };
at("reveal").onclick = () => state.open ? begin() : open_up();
at("details").ontoggle = draw;
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
begin();
