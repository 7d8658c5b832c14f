// toast.js - short news at the edge, read out too; never the only place where something is said. And questions in a dialog.
import { all, iconButton, make, one } from './dom.js';
import { Refused, Unreachable } from './net.js';
import { words } from './words.js';

const SHORT = 6000;
const WITH_ACTION = 12000;

/** Where news are seen: under an open dialog nothing is, nor read out. */
function region() {
  const host = all('dialog[open]').at(-1) ?? document.body;
  const there = one(':scope > .toasts', host);
  if (there) return there;
  const fresh = make('div', { class: 'toasts', role: 'status' });
  host.append(fresh);
  return fresh;
}

/** @param {string} text
 * @param {{ action?: string, run?: () => void, stay?: boolean, ms?: number }} [more] stay: until it is closed by whoever opened it
 * @returns {{ close: () => void }} */
export function toast(text, more = {}) {
  const box = make('div', { class: 'toast' }, make('p', {}, text));
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const close = () => {
    clearTimeout(timer);
    box.remove();
    document.documentElement.classList.toggle('news', !!one('.toast'));
  };
  const wait = () => {
    clearTimeout(timer);
    if (!more.stay) timer = setTimeout(close, more.ms ?? (more.action ? WITH_ACTION : SHORT));
  };
  if (more.action) {
    const b = make('button', { type: 'button' }, more.action);
    b.addEventListener('click', () => {
      close();
      more.run?.();
    });
    box.append(b);
  }
  if (more.stay) {
    const cross = iconButton('close', words.close);
    cross.addEventListener('click', close);
    box.append(cross);
  }
  // whoever is reading it or about to press its button is not hurried
  for (const e of ['pointerenter', 'focusin']) box.addEventListener(e, () => clearTimeout(timer));
  for (const e of ['pointerleave', 'focusout']) box.addEventListener(e, wait);
  region().append(box);
  document.documentElement.classList.add('news');
  wait();
  return { close };
}

/** A question with two answers; Escape is the second.
 * @param {string} title @param {string} text @param {string} yes @param {string} no @returns {Promise<boolean>} */
export function question(title, text, yes, no) {
  return new Promise((done) => {
    const dialog = make('dialog', { class: 'ask', role: 'alertdialog', 'aria-labelledby': 'ask-title', 'aria-describedby': 'ask-text' },
      make('h2', { id: 'ask-title' }, title), make('p', { id: 'ask-text' }, text));
    const answer = (/** @type {boolean} */ a) => {
      dialog.remove();
      done(a);
    };
    const keep = make('button', { type: 'button', class: 'primary', autofocus: true }, no);
    const go = make('button', { type: 'button' }, yes);
    keep.addEventListener('click', () => answer(false));
    go.addEventListener('click', () => answer(true));
    dialog.addEventListener('cancel', () => answer(false));
    dialog.append(make('div', { class: 'row' }, keep, go));
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Why something was not done. The end of the session has words of its own.
 * @param {unknown} e */
export function tell(e) {
  if (e instanceof Unreachable) toast(words.offline);
  if (e instanceof Refused) toast(e.message);
}
