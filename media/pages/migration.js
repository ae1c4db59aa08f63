// The page of a migration. The extension draws it; here are the clicks, what is folded, the focus and the countdown.
'use strict';

const host = acquireVsCodeApi();
const main = document.getElementById('main');
let words = { left: '', over: '' };
let busy = false;

/** Draws anew: what a person folded stays so, and the focus stays where it was. */
function draw(html) {
  const folded = new Map([...main.querySelectorAll('details')].map((each) => [each.dataset.key, each.open]));
  const current = main.querySelector('[aria-current]')?.id;
  const { action, step } = document.activeElement?.dataset ?? {};
  main.innerHTML = html;
  const next = main.querySelector('[aria-current]')?.id;
  for (const each of main.querySelectorAll('details')) {
    const { key } = each.dataset;
    if (folded.has(key) && (key !== next || current === next)) each.open = folded.get(key);
  }
  const same = [...main.querySelectorAll('button')].find(
    (each) => each.dataset.action === action && each.dataset.step === step,
  );
  if (action) (same ?? main.querySelector('[aria-current] button') ?? main.querySelector('button'))?.focus();
  disable();
  tick();
}

function disable() {
  for (const each of main.querySelectorAll('button')) each.disabled = busy && each.dataset.action !== 'rollback';
  main.setAttribute('aria-busy', String(busy));
}

function tick() {
  const timer = document.getElementById('countdown');
  if (!timer) return;
  const minutes = Math.ceil((Date.parse(timer.dataset.until) - Date.now()) / 60000);
  const text = words.left.replace('{0}', String(Math.floor(minutes / 60))).replace('{1}', String(minutes % 60));
  timer.textContent = minutes > 0 ? text : words.over;
}

main.addEventListener('click', (event) => {
  const { action, step } = event.target.closest('button')?.dataset ?? {};
  if (action) host.postMessage({ type: action, step });
});
window.setInterval(tick, 20000);
window.addEventListener('message', ({ data }) => {
  if (data.type === 'body') {
    words = data.words;
    draw(data.html);
    if (data.said) document.getElementById('said').textContent = data.said;
  }
  if (data.type === 'busy') {
    busy = data.busy;
    disable();
  }
});
host.postMessage({ type: 'ready' });
