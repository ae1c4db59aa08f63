// The page of a plan: a tree of workspaces, kinds and changes with a tick each. It draws only the rows that are in sight, and
// asks the extension what a choice comes to. It holds labels and counts, never an entity.
'use strict';

const host = acquireVsCodeApi();
const rowHeight = 24;
const by = (id) => document.getElementById(id);
const tree = by('tree');
const space = by('space');
const filter = by('filter');
const actions = ['create', 'update', 'delete'];
const signs = { create: '+', update: '~', delete: '−' };

/** As the extension sends it; rows are `[action, workspace, kind, label]`, indexes into the lists beside them. */
let plan = { words: {}, workspaces: [], kinds: [], rows: [] };
let ticks = new Uint8Array(0);
let done = new Uint8Array(0);
let whys = new Map();
let asked = 0;
let sent;
let busy = false;

/** Groups that are open: `w0`, `w0k3`. */
const open = new Set();
/** What is listed now, top to bottom: `{ key, level, indexes?, workspace, kind, index? }`. */
let lines = [];
let active = 0;

const fill = (text, ...values) => text.replace(/\{(\d)\}/g, (_, at) => String(values[Number(at)] ?? ''));
const mode = () => document.querySelector('input[name=mode]:checked')?.value ?? 'exact';

/** Items by key, in the order in which they came. */
function grouped(indexes, keyOf) {
  const groups = new Map();
  for (const index of indexes) {
    const key = keyOf(plan.rows[index]);
    const group = groups.get(key);
    if (group) group.push(index);
    else groups.set(key, [index]);
  }
  return groups;
}

function shownIndexes() {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const all = plan.rows.keys();
  if (words.length === 0) return [...all];
  return [...all].filter((index) => {
    const [action, workspace, kind, label] = plan.rows[index];
    const name = actions[action];
    const text = `${plan.workspaces[workspace]} ${plan.kinds[kind]} ${label} ${name} ${plan.words[name]}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function list() {
  const before = lines[active]?.key;
  const shown = shownIndexes();
  const isOpen = (key) => open.has(key) || filter.value.trim() !== '';
  lines = [];
  for (const [workspace, own] of grouped(shown, (row) => row[1])) {
    const key = `w${workspace}`;
    lines.push({ key, level: 1, indexes: own, workspace, open: isOpen(key) });
    if (!isOpen(key)) continue;
    for (const [kind, same] of grouped(own, (row) => row[2])) {
      const inner = `${key}k${kind}`;
      lines.push({ key: inner, level: 2, indexes: same, workspace, kind, open: isOpen(inner) });
      if (!isOpen(inner)) continue;
      same.forEach((index, at) => lines.push({ key: `r${index}`, level: 3, index, at, of: same.length }));
    }
  }
  const again = lines.findIndex(({ key }) => key === before);
  active = again >= 0 ? again : Math.min(active, Math.max(0, lines.length - 1));
  space.style.height = `${lines.length * rowHeight}px`;
  by('nothing').hidden = lines.length > 0;
  tree.hidden = lines.length === 0;
  by('shown').textContent = fill(plan.words.shown, shown.length, plan.rows.length);
  draw();
}

/** Ticked, not, or some of them: of what is done, not only of what was asked for. */
function stateOf(line) {
  if (line.index !== undefined) return isOn(line.index) ? 'true' : 'false';
  let on = 0;
  for (const index of line.indexes) on += isOn(index) ? 1 : 0;
  return on === 0 ? 'false' : on === line.indexes.length ? 'true' : 'mixed';
}
const isOn = (index) => ticks[index] === 1 || done[index] === 1;

function element(tag, name, text) {
  const made = document.createElement(tag);
  made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
}

function draw() {
  const first = Math.max(0, Math.floor(tree.scrollTop / rowHeight) - 5);
  const last = Math.min(lines.length, first + Math.ceil(tree.clientHeight / rowHeight) + 10);
  const rows = [];
  for (let at = first; at < last; at++) rows.push(rowOf(lines[at], at));
  // The active one stays, out of sight or not: a screen reader follows it.
  if (lines[active] && (active < first || active >= last)) rows.push(rowOf(lines[active], active));
  space.replaceChildren(...rows);
  if (lines[active]) tree.setAttribute('aria-activedescendant', lines[active].key);
  else tree.removeAttribute('aria-activedescendant');
}

function rowOf(line, at) {
  const state = stateOf(line);
  const row = element(
    'div',
    `row level-${line.level}${at === active ? ' active' : ''}${state === 'false' ? ' off' : ''}`,
  );
  row.id = line.key;
  row.style.top = `${at * rowHeight}px`;
  row.dataset.at = String(at);
  row.setAttribute('role', 'treeitem');
  row.setAttribute('aria-level', String(line.level));
  row.setAttribute('aria-checked', state);
  if (line.index === undefined) row.setAttribute('aria-expanded', String(line.open));
  const box = element('span', 'box', { true: '✓', mixed: '–', false: '' }[state]);
  box.dataset.part = 'box';
  row.append(element('span', 'twist', line.index === undefined ? (line.open ? '▾' : '▸') : ''), box);
  if (line.index === undefined) groupCells(row, line);
  else changeCells(row, line, box);
  for (const cell of row.children) cell.setAttribute('aria-hidden', 'true');
  return row;
}

function groupCells(row, line) {
  const name = line.level === 1 ? fill(plan.words.workspace, plan.workspaces[line.workspace]) : plan.kinds[line.kind];
  const total = [0, 0, 0];
  let on = 0;
  for (const index of line.indexes) {
    total[plan.rows[index][0]]++;
    on += isOn(index) ? 1 : 0;
  }
  const counts = element('span', 'counts');
  const said = [];
  total.forEach((count, action) => {
    if (count === 0) return;
    const word = actions[action];
    counts.append(element('span', word, `${signs[word]}${count}`));
    said.push(`${plan.words[word]} ${count}`);
  });
  const chosen = fill(plan.words.chosen, on, line.indexes.length);
  counts.append(element('span', 'dim', chosen));
  row.append(element('span', 'label', name), counts);
  row.setAttribute('aria-label', `${name}, ${said.join(', ')}, ${chosen}`);
}

function changeCells(row, { index, at, of }, box) {
  const [action, , kind, label] = plan.rows[index];
  const word = actions[action];
  const why = whys.get(index);
  if (done[index] === 1 && ticks[index] !== 1) box.classList.add('needed');
  row.append(element('span', `sign ${word}`, signs[word]), element('span', 'label', label));
  if (why) row.append(element('span', 'why', why));
  row.title = why ? `${label} – ${why}` : label;
  row.setAttribute('aria-setsize', String(of));
  row.setAttribute('aria-posinset', String(at + 1));
  row.setAttribute('aria-label', [`${plan.words[word]} ${plan.kinds[kind]} ${label}`, why].filter(Boolean).join(', '));
}

function tick(line) {
  if (busy) return;
  const indexes = line.index === undefined ? line.indexes : [line.index];
  const on = stateOf(line) !== 'true' ? 1 : 0;
  for (const index of indexes) ticks[index] = on;
  document.querySelector('input[name=mode][value=only]').checked = true;
  choose();
}

/** What the mode ticks by itself. */
function tickByMode() {
  const chosen = mode();
  if (chosen !== 'only') plan.rows.forEach((row, index) => (ticks[index] = chosen === 'exact' || row[0] !== 2 ? 1 : 0));
  choose();
}

/** Asks what a choice comes to, once the person pauses. */
function choose() {
  asked++;
  by('restore').disabled = true;
  by('hint').textContent = plan.words[`hint-${mode()}`] ?? '';
  draw();
  clearTimeout(sent);
  sent = setTimeout(() => {
    const chosen = mode();
    const wanted = chosen === 'only' ? [...ticks.keys()].filter((index) => ticks[index] === 1) : undefined;
    host.postMessage({ type: 'choose', asked, mode: chosen, ticks: wanted });
  }, 60);
}

function settle(answer) {
  if (answer.asked !== undefined && answer.asked !== asked) return;
  done = new Uint8Array(plan.rows.length);
  for (const index of answer.done) done[index] = 1;
  whys = new Map(answer.whys);
  const problem = by('problem');
  problem.hidden = answer.problem === undefined;
  problem.textContent = answer.problem ?? '';
  by('counts').textContent = answer.counts;
  by('restore').disabled = busy || answer.done.length + answer.extra === 0 || answer.problem !== undefined;
  by('all').disabled = plan.rows.length === 0;
  warn(answer.warnings);
  draw();
}

function warn(warnings) {
  const box = by('warnings');
  box.hidden = warnings.length === 0;
  box.querySelector('summary').textContent = fill(plan.words.warnings, warnings.length);
  box.querySelector('ul').replaceChildren(...warnings.map((text) => element('li', '', text)));
}

function take(message) {
  plan = message.plan;
  ticks = new Uint8Array(plan.rows.length);
  done = new Uint8Array(plan.rows.length);
  open.clear();
  busy = false;
  plan.rows.forEach((row) => {
    open.add(`w${row[1]}`);
    // A long list is opened kind by kind.
    if (plan.rows.length <= 200) open.add(`w${row[1]}k${row[2]}`);
  });
  const chosen = document.querySelector(`input[name=mode][value="${plan.mode}"]`);
  if (chosen) chosen.checked = true;
  for (const index of plan.ticks) ticks[index] = 1;
  by('hint').textContent = plan.words[`hint-${plan.mode}`] ?? '';
  by('note').hidden = plan.note === undefined;
  by('note').textContent = plan.note ?? '';
  list();
  settle(message.chosen);
}

function move(to) {
  if (lines.length === 0) return;
  active = Math.min(Math.max(to, 0), lines.length - 1);
  const top = active * rowHeight;
  if (top < tree.scrollTop) tree.scrollTop = top;
  else if (top + rowHeight > tree.scrollTop + tree.clientHeight) tree.scrollTop = top + rowHeight - tree.clientHeight;
  draw();
}

function toggle(line, to) {
  if (line.index !== undefined || line.open === to) return;
  if (line.open) open.delete(line.key);
  else open.add(line.key);
  list();
}

const parentOf = (at) => lines.findLastIndex((line, index) => index < at && line.level < lines[at].level);
const show = (line) =>
  line.index === undefined ? toggle(line, !line.open) : host.postMessage({ type: 'show', index: line.index });

const page = () => Math.max(1, Math.floor(tree.clientHeight / rowHeight) - 1);
const keys = {
  ArrowDown: () => move(active + 1),
  ArrowUp: () => move(active - 1),
  Home: () => move(0),
  End: () => move(lines.length - 1),
  PageDown: () => move(active + page()),
  PageUp: () => move(active - page()),
  ArrowRight: (line) => (line.index === undefined && !line.open ? toggle(line, true) : move(active + 1)),
  ArrowLeft: (line) => (line.index === undefined && line.open ? toggle(line, false) : move(parentOf(active))),
  ' ': (line) => tick(line),
  Enter: (line) => show(line),
};

tree.addEventListener('keydown', (event) => {
  const line = lines[active];
  if (!keys[event.key] || !line || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  keys[event.key](line);
});
tree.addEventListener('scroll', draw);
tree.addEventListener('click', (event) => {
  const row = event.target.closest('.row');
  if (!row) return;
  active = Number(row.dataset.at);
  const line = lines[active];
  tree.focus();
  if (event.target.dataset.part === 'box') tick(line);
  else show(line);
  draw();
});
filter.addEventListener('input', () => {
  tree.scrollTop = 0;
  list();
});
filter.addEventListener('keydown', (event) => {
  if (event.key === 'ArrowDown') tree.focus();
});
for (const radio of document.querySelectorAll('input[name=mode]')) radio.addEventListener('change', tickByMode);
for (const id of ['restore', 'all', 'cancel']) by(id).addEventListener('click', () => host.postMessage({ type: id }));
new ResizeObserver(draw).observe(tree);

window.addEventListener('message', ({ data }) => {
  if (data.type === 'plan') take(data);
  if (data.type === 'chosen') settle(data.chosen);
  if (data.type === 'busy') {
    busy = data.busy;
    by('restore').disabled = busy;
  }
});
host.postMessage({ type: 'ready' });
