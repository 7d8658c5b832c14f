// keys.js - the keyboard set. Single keys never act in fields and can be switched off (WCAG 2.1.4); what is kept of that is one word in this browser.
import { all, iconButton, make, one } from './dom.js';
import { copyField } from './secret.js';
import { logOut } from './session.js';
import { words } from './words.js';

const KEPT = 'vs-single-keys';

function on() {
  try {
    return localStorage.getItem(KEPT) !== 'off';
  } catch {
    return true;
  }
}

/** @param {EventTarget | null} t */
const typing = (t) => t instanceof HTMLElement && (t.isContentEditable || t.matches('input:not([type=checkbox], [type=radio]), textarea, select'));

/** The row that has the focus, or the entry that the page shows. */
function here() {
  return document.activeElement?.closest('[data-entry]') ?? one('article[data-entry]');
}

/** @param {number} step */
function move(step) {
  const links = all('.entries tr:not([hidden]) .names a');
  const at = links.findIndex((a) => a.closest('tr') === document.activeElement?.closest('tr'));
  const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step];
  if (next) next.focus();
  else if (step < 0) one('#q')?.focus();
}

function search() {
  const q = /** @type {HTMLInputElement | null} */ (one('#q'));
  if (!q) return location.assign('/vault');
  q.focus();
  return q.select();
}

function list() {
  if (one('dialog.keys')) return;
  const box = make('input', { type: 'checkbox', id: 'keys-on', autofocus: true });
  box.checked = on();
  box.addEventListener('change', () => {
    try {
      localStorage.setItem(KEPT, box.checked ? 'on' : 'off');
    } catch {
      box.checked = true;
    }
  });
  const close = iconButton('close', words.close, { class: 'icon close' });
  const dialog = make('dialog', { class: 'ask keys', 'aria-labelledby': 'keys-title' }, close, make('h2', { id: 'keys-title' }, words.keysTitle),
    make('dl', { class: 'facts' }, ...words.keys.map(([key, what]) => make('div', {}, make('dt', {}, make('kbd', {}, key ?? '')), make('dd', {}, what ?? '')))),
    make('div', { class: 'check' }, box, make('label', { for: 'keys-on' }, words.keysOn)));
  const gone = () => dialog.remove();
  close.addEventListener('click', gone);
  dialog.addEventListener('close', gone);
  document.body.append(dialog);
  dialog.showModal();
}

/** @type {Record<string, () => unknown>} */
const single = {
  '/': search,
  n: () => {
    const a = one('.vault a[href="/entry/new"]');
    if (a) a.click();
    else location.assign('/entry/new');
  },
  c: () => copyHere('password'),
  u: () => copyHere('username'),
  e: () => one('a[href^="/entry/edit"]', here() ?? document.createElement('i'))?.click(),
  g: () => location.assign('/generate'),
  L: logOut,
  '?': list,
};

/** @param {string} name */
function copyHere(name) {
  const entry = here();
  if (entry) void copyField(entry, name);
}

export function startKeys() {
  if (!one('form[action="/logout"]')) return;
  for (const b of all('[data-keys]')) {
    b.hidden = false;
    b.before('· ');
    b.addEventListener('click', list);
  }
  document.addEventListener('keydown', (e) => {
    if (e.defaultPrevented || e.isComposing) return;
    const modal = one('dialog[open]');
    if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'k' && !modal) {
      e.preventDefault();
      search();
    } else if ((e.key === 'ArrowDown' || e.key === 'ArrowUp') && !modal && one('.entries') && (!typing(e.target) || /** @type {Element} */ (e.target).id === 'q')) {
      e.preventDefault();
      move(e.key === 'ArrowDown' ? 1 : -1);
    } else if (!e.ctrlKey && !e.metaKey && !e.altKey && !typing(e.target) && !modal && on() && Object.hasOwn(single, e.key)) {
      e.preventDefault();
      single[e.key]?.();
    }
  });
}
