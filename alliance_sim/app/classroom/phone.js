const base = location.pathname.replace(/\/+$/, "");
const POLL = 250, SLOWEST = 5000;
let state = null, question = null, reveal = null, levers = [], material = 0, view = "", sending = false, changing = false;
let draft = null, delay = POLL, timer = 0, own = null, ended = false;

const plot = new Plot(at("plot"), bets => { draft = bets; });

function render() {
  if (!state) return;
  const { phase, mine } = state, next = phase === "bet" ? (mine && !changing ? "sent" : "bet") : phase === "revealed" && own ? "own" : phase;
  const changed = next !== view || render.material !== material;
  view = next;
  render.material = material;
  at("count").textContent = question && phase !== "revealed" ? fill(WORDS.count, { bets: state.bets, phones: state.phones }) : WORDS.class;
  if (!changed) return;
  ["box", "levers", "act"].forEach(id => { at(id).hidden = true; });
  at("space").hidden = false;
  at("note").textContent = "";
  phrase(at("about"), "");
  at("about").className = "";
  SCREENS[view]();
  if (document.activeElement === document.body || document.activeElement === at("act")) at("heading").focus({ preventScroll: true });
}

function heading(text) { at("heading").textContent = text; }
function action(text, act) { at("act").hidden = false; at("act").textContent = text; at("act").disabled = false; at("act").onclick = act; }
function showPlot(more) {
  at("box").hidden = false;
  at("space").hidden = true;
  at("title").textContent = question.title;
  at("unit").textContent = question.unit;
  plot.show({ ...question, curves: question.known, until: question.known[0].length - 1, covered: true, ...more });
}

const SCREENS = {
  wait() { heading(WORDS.joined); phrase(at("about"), WORDS.look_here); },
  bet() {
    heading(question.text);
    phrase(at("about"), WORDS.drag, { a_tag: "A", b_tag: "B", one: question.names[0], other: question.names[1] });
    draft = draft || state.mine || middle_bets(question.low, question.high, question.step);
    showPlot({ bets: draft, adjustable: true });
    action(state.mine ? WORDS.send_again : WORDS.send, send);
  },
  sent() {
    heading(WORDS.sent);
    at("about").className = "big";
    phrase(at("about"), WORDS.you_bet, both(state.mine));
    showPlot({ bets: state.mine });
    action(WORDS.change, () => { changing = true; draft = state.mine; render(); });
  },
  locked() {
    heading(WORDS.closed);
    at("about").className = "big";
    if (state.mine) phrase(at("about"), WORDS.you_bet, both(state.mine));
    else phrase(at("about"), WORDS.look);
    showPlot({ bets: state.mine || null });
  },
  revealed() {
    heading(reveal.heading);
    const ends = reveal.curves.map(curve => curve[curve.length - 1]);
    const sentence = state.mine && ends.every(known) ? WORDS.off : "";
    const until = question.known[0].length - 1;
    showPlot({ curves: reveal.curves, raw: reveal.raw, bets: state.mine || null, until, covered: true });
    if (sentence) phrase(at("about"), sentence, both(state.mine.map((one, side) => distance(one, ends[side], question.step))));
    if (state.mine) at("note").textContent = WORDS.dashed;
    if (shown_material !== material) plot.uncover();
    else Object.assign(plot.spec, { until: question.horizon, covered: false }) && plot.draw();
    shown_material = material;
    if (levers.length) action(WORDS.change_rule, () => { own = { lever: levers[0].key, choice: null, curves: null }; render(); });
  },
  own() {
    heading(WORDS.own);
    at("levers").hidden = false;
    at("levers-title").textContent = WORDS.lever;
    const select = at("lever");
    select.replaceChildren(...levers.map(lever => new Option(lever.title, lever.key, false, lever.key === own.lever)));
    select.onchange = () => { own = { lever: select.value, choice: null, curves: null }; choices(); draw_own(); };
    choices();
    draw_own();
    action(WORDS.back, () => { own = null; render(); });
  },
};
let shown_material = 0;

function both(values) { return { a_value: "A " + plot_figure(values[0]), b_value: "B " + plot_figure(values[1]), a_off: plot_figure(values[0]), b_off: plot_figure(values[1]) }; }
function plot_figure(value) { return figure_of(value, question.step); }
function choices() {
  const lever = levers.find(one => one.key === own.lever);
  at("choices").replaceChildren(...lever.choices.map((words, place) => {
    const label = document.createElement("label"), input = document.createElement("input"), span = document.createElement("span");
    Object.assign(input, { type: "radio", name: "choice", value: place, checked: own.choice === place });
    input.onchange = () => { own = { ...own, choice: place, curves: null, error: "" }; draw_own(); fetch_own(); };
    span.textContent = words;
    label.append(input, span);
    return label;
  }));
}

function draw_own() {
  const ends = reveal.curves.map(curve => curve[curve.length - 1]);
  if (own.error) phrase(at("about"), own.error);
  else if (own.choice === null) phrase(at("about"), WORDS.choose);
  else if (!own.curves) phrase(at("about"), WORDS.computing);
  else {
    const now = own.curves.map(curve => curve[curve.length - 1]);
    const text = side => known(now[side]) && known(ends[side]) ? (plot_figure(now[side]) === plot_figure(ends[side]) ? fill(WORDS.same, { value: plot_figure(now[side]) }) : fill(WORDS.instead, { value: plot_figure(now[side]), before: plot_figure(ends[side]) })) : WORDS.unknown;
    phrase(at("about"), "{a_now}; {b_now}.", { a_now: "A " + text(0), b_now: "B " + text(1) });
  }
  const all = [...reveal.curves, ...(own.curves || [])].flat().filter(known);
  const low = Math.min(question.low, ...all), high = Math.max(question.high, ...all);
  showPlot({ low, high, curves: own.curves || reveal.curves, raw: null, ghosts: own.curves ? reveal.curves : null, until: question.horizon, covered: false, bets: null });
  at("note").textContent = own.curves ? WORDS.dashed_class : "";
}

async function fetch_own() {
  const asked = own;
  for (let tries = 0; tries < 60 && own === asked; tries++) {
    try {
      const answer = await fetch(`${base}/own?lever=${asked.lever}&choice=${asked.choice}`);
      const found = await answer.json();
      if (own !== asked) return;
      if (found.ready || !answer.ok) {
        own = { ...asked, curves: found.curves || null, error: found.error || "" };
        if (view === "own") draw_own();
        return;
      }
    } catch (_) { /* try again */ }
    await new Promise(resolve => setTimeout(resolve, 700));
  }
}

async function send() {
  if (sending) return;
  sending = true;
  at("act").disabled = true;
  at("act").textContent = WORDS.sending;
  try {
    const answer = await fetch(base + "/bet", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(plot.spec.bets) });
    const found = await answer.json();
    if (answer.ok) { changing = false; draft = null; take(found); }
    else { warn(found.error); view = ""; poll(); }
  } catch (_) { warn(WORDS.lost); view = ""; render(); }
  sending = false;
}

function warn(sentence) {
  at("alert").hidden = !sentence;
  if (at("alert").textContent !== sentence) at("alert").textContent = sentence;
}

function take(found) {
  const before = state;
  state = found;
  if (found.material !== material) {
    if (!question || JSON.stringify(found.question) !== JSON.stringify(question)) { draft = null; changing = false; }
    question = found.question;
    reveal = found.reveal;
    levers = found.levers || [];
    own = null;
    material = found.material;
  }
  if (before && before.phase === "bet" && found.phase !== "bet") changing = false;
  render();
}

function end(sentence) {
  ended = true;
  clearTimeout(timer);
  warn("");
  ["box", "levers", "act"].forEach(id => { at(id).hidden = true; });
  at("count").textContent = at("note").textContent = "";
  phrase(at("about"), "");
  heading(sentence);
}

// The server forgets phones that were silent for a while. Without cookies, a phone cannot join at all.
function rejoin() {
  if (location.hash === "#again") return end(WORDS.no_cookies);
  location.hash = "again";
  location.reload();
}

async function poll() {
  clearTimeout(timer);
  if (ended) return;
  try {
    const answer = await fetch(`${base}/state?material=${material}&wait=${material ? 1 : 0}`, { signal: AbortSignal.timeout ? AbortSignal.timeout(12000) : undefined });
    if (answer.status === 404) return end(WORDS.ended);
    if (answer.status === 403) return rejoin();
    if (!answer.ok) throw new Error(answer.status);
    if (location.hash) history.replaceState(null, "", location.pathname);
    take(await answer.json());
    warn("");
    delay = POLL;
  } catch (_) {
    warn(WORDS.lost);
    delay = Math.min(SLOWEST, Math.max(1000, delay * 1.5));
  }
  // The server answers when there is news. A little chance keeps phones from asking all at the same moment.
  timer = setTimeout(poll, delay * (0.85 + 0.3 * Math.random()));
}

document.addEventListener("visibilitychange", () => { if (!document.hidden) poll(); });
poll();
