// secret.js - one click to copy, a real switch to show. What is shown hides again on submit, on leaving the page and when a browser brings the page back.
import { copy } from './clipboard.js';
import { all, iconButton, make, one, reicon, within } from './dom.js';
import { json, plainly, Unreachable } from './net.js';
import { tell, toast } from './toast.js';
import { words } from './words.js';

/** @type {Set<() => void>} */
const shown = new Set();
export function hideAll() {
  for (const hide of [...shown]) hide();
}

/** The entry that a control belongs to: [data-entry] holds its id, [data-site] or the link in it the name.
 * @param {Element} control */
export function entryOf(control) {
  const host = /** @type {HTMLElement | null} */ (control.closest('[data-entry]'));
  return host && { host, id: host.dataset.entry ?? '', site: host.dataset.site ?? one('.names a', host)?.textContent ?? '' };
}

/** Where programs get it: a one-time code is made at the moment, everything else is kept.
 * @param {string} id @param {string} name */
const fetched = async (id, name) =>
  (name === 'code' ? await json('POST', '/entry', { id, do: name }) : await json('GET', `/api/entries/${encodeURIComponent(id)}`)).data;

/** A field of an entry: out of the page where it stands there (a code there may be over), else from the server.
 * @param {{ host: HTMLElement, id: string }} entry @param {string} name */
async function valueOf(entry, name) {
  const there = name !== 'code' && one(`[data-value="${name}"]`, entry.host)?.textContent;
  return there || String((await fetched(entry.id, name))[name] ?? '');
}

/** @param {Element} control @param {string} name username, password, code */
export async function copyField(control, name) {
  const entry = entryOf(control);
  if (!entry) return;
  const what = words.fields[name] ?? name;
  let empty = false;
  try {
    const value = valueOf(entry, name).then((v) => {
      empty = v === '';
      if (empty) throw new Error('empty');
      return v;
    });
    await copy(value, words.copied(what, entry.site), name !== 'username');
  } catch (e) {
    if (empty) toast(words.nothingToCopy(what, entry.site));
    else tell(e);
  }
}

/** Letters, digits and symbols apart, as the server's page does it.
 * @param {string} text */
function runs(text) {
  return (text.match(/[0-9]+|[A-Za-z\u0080-\u{10ffff} ]+|[^0-9A-Za-z\u0080-\u{10ffff} ]+/gu) ?? []).map((run) =>
    make('span', { class: /[0-9]/.test(run) ? 'd' : /[A-Za-z\u0080-\u{10ffff} ]/u.test(run) ? 'l' : 's' }, run));
}

/** A code in two groups, and how long it holds.
 * @param {string} text @param {number} seconds */
function code(text, seconds) {
  const half = Math.floor(text.length / 2);
  const left = make('span', { class: 'hint' }, words.left(seconds));
  const end = Date.now() + seconds * 1000;
  const tick = setInterval(() => {
    left.textContent = words.left(Math.max(0, Math.ceil((end - Date.now()) / 1000)));
    if (!left.isConnected) clearInterval(tick);
  }, 1000);
  return [`${text.slice(0, half)} ${text.slice(half)} `, left];
}

/** The button of a form that shows a secret by a round trip becomes a switch. It names the field: data-reveal="password". A code hides when its time is over.
 * @param {HTMLElement} button */
function revealing(button) {
  const name = button.dataset.reveal ?? '';
  const form = button.closest('form');
  const entry = entryOf(button);
  const place = button.closest('dd')?.querySelector('.secret');
  if (!form || !entry || !place || one(`[data-value="${name}"]`, place)) return;
  const dots = [...place.childNodes];
  const label = button.lastChild;
  const show = label?.textContent ?? '';
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let over;
  const set = (/** @type {boolean} */ on) => {
    button.setAttribute('aria-pressed', String(on));
    reicon(button, on ? 'eye-off' : 'eye');
    if (label) label.textContent = on ? words.hides[name] ?? words.hide : show;
  };
  const hide = () => {
    clearTimeout(over);
    place.replaceChildren(...dots);
    set(false);
    shown.delete(hide);
  };
  set(false);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (shown.has(hide)) return hide();
    try {
      const data = await fetched(entry.id, name);
      const text = String(data[name] ?? '');
      place.replaceChildren(...(name === 'code' ? code(text, Number(data.remaining)) : runs(text)));
      set(true);
      shown.add(hide);
      if (name === 'code') over = setTimeout(hide, Number(data.remaining) * 1000);
    } catch (e) {
      if (e instanceof Unreachable) plainly(form, button);
      else tell(e);
    }
    return undefined;
  });
}

/** @param {HTMLInputElement} input */
function showing(input) {
  const b = iconButton('eye', words.show, { class: 'icon show', 'aria-pressed': 'false' });
  const repeat = input.id === 'password' ? /** @type {HTMLInputElement | null} */ (input.form?.querySelector('#repeat')) : null;
  const set = (/** @type {boolean} */ on) => {
    input.type = on ? 'text' : 'password';
    b.setAttribute('aria-pressed', String(on));
    b.setAttribute('aria-label', on ? words.hide : words.show);
    b.title = on ? words.hide : words.show;
    reicon(b, on ? 'eye-off' : 'eye');
  };
  const hide = () => set(false);
  b.addEventListener('click', () => {
    const on = input.type === 'password';
    set(on);
    if (on) shown.add(hide);
    else shown.delete(hide);
    // who sees what is typed need not type it twice
    const second = repeat?.closest('.field');
    if (on && repeat && second && !repeat.value) {
      second.setAttribute('hidden', '');
      input.form?.addEventListener('submit', () => (repeat.value = input.value), { capture: true });
    }
    input.focus();
  });
  const wrap = make('div', { class: 'with' });
  input.replaceWith(wrap);
  wrap.append(input, b);
}

/** @param {ParentNode} root */
export function enhanceSecrets(root) {
  all('[data-copy][hidden]', root).forEach((b) => b.removeAttribute('hidden'));
  all('button[data-reveal]', root).forEach(revealing);
  all('input[type=password]', root).forEach((i) => showing(/** @type {HTMLInputElement} */ (i)));
  setTimeout(rowButtons, 0, all('tr[data-entry] > .do', root));
}

const AT_ONCE = 10;
/** Rows get their two buttons here: in the page they would be a third of its bytes, and dead without scripts; the style sheet keeps their room. A few at a time,
 * so that a slow phone answers a touch meanwhile.
 * @param {HTMLElement[]} cells */
function rowButtons(cells) {
  for (const cell of cells.splice(0, AT_ONCE)) {
    const entry = cell.isConnected && entryOf(cell);
    if (!entry || one('[data-copy]', cell)) continue;
    cell.prepend(
      iconButton('user', words.copyUser(entry.site), { 'data-copy': 'username' }),
      iconButton('copy', words.copyPassword(entry.site), { 'data-copy': 'password' }),
      ...('code' in entry.host.dataset ? [iconButton('phone', words.copyCode(entry.site), { 'data-copy': 'code' })] : []));
  }
  if (cells.length) setTimeout(rowButtons, 0, cells);
}

/** The recovery words: print and copy. @param {ParentNode} root */
export function enhanceWords(root) {
  for (const b of all('[data-do]', root)) {
    (b.closest('.row[hidden]') ?? b).removeAttribute('hidden');
    b.removeAttribute('hidden');
    b.addEventListener('click', () => {
      if (b.dataset.do === 'print') print();
      if (b.dataset.do === 'copy-words') void copy(all('.words .mono').map((w) => w.textContent).join(' '), words.wordsCopied, false);
      if (b.dataset.do === 'copy-key') void copy((one('.key')?.textContent ?? '').replace(/\s/g, ''), words.keyCopied, true);
    });
  }
}

document.addEventListener('click', (e) => {
  const b = within(e, '[data-copy]');
  if (!b) return;
  if (b.dataset.copy === 'result') void copy(one('#result')?.textContent ?? '', words.passwordCopied, false);
  else void copyField(b, b.dataset.copy ?? '');
});
addEventListener('submit', (e) => {
  if (!(e.target instanceof HTMLFormElement && e.target.querySelector('[data-reveal]'))) hideAll();
}, true);
addEventListener('pagehide', hideAll);
addEventListener('pageshow', hideAll);

