// session.js - the end of a session: said one minute before, and what was typed outlives it. Nothing is written to any storage: the form just stays in the page.
import { all, field, make, one, within } from './dom.js';
import { json, page, reason, send } from './net.js';
import { hideAll } from './secret.js';
import { tell, toast } from './toast.js';
import { words } from './words.js';

const LEAD = 60_000;
const LATE = 1500;
/** @type {BroadcastChannel | undefined} */
let channel;
let end = 0;
let over = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
/** @type {HTMLDialogElement | undefined} */
let warning;
/** @type {() => boolean} */
let unsaved = () => false;

/** @param {() => boolean} f whether the page holds something that was typed and not saved */
export function keepWhen(f) {
  unsaved = f;
}

function plan() {
  clearTimeout(timer);
  if (!end || over) return;
  const left = end - Date.now();
  const lead = Math.min(LEAD, full / 2);
  if (left > lead) timer = setTimeout(plan, left - lead);
  else if (left > -LATE) {
    warn();
    timer = setTimeout(plan, left + LATE);
  } else void ask();
}

let full = 0;
/** @param {number} left seconds @param {boolean} [told] by another tab */
function know(left, told) {
  if (!(left > 0)) return;
  full = Math.max(full, left * 1000);
  end = Date.now() + left * 1000;
  over = false;
  if (!told) channel?.postMessage(left);
  closeWarning();
  plan();
}

/** To ask is to stay: the server moves the limit with every request. */
async function ask() {
  try {
    const { data, date } = await json('GET', '/session');
    know((Math.min(Date.parse(data.idle_expires), Date.parse(data.expires)) - date) / 1000);
  } catch (e) {
    tell(e);
  }
}

function closeWarning() {
  warning?.remove();
  warning = undefined;
}

function warn() {
  if (warning) return;
  const stay = make('button', { type: 'button', class: 'primary', autofocus: true }, words.stayIn);
  const out = make('button', { type: 'button' }, words.logOut);
  warning = make('dialog', { class: 'ask', role: 'alertdialog', 'aria-labelledby': 'soon-title', 'aria-describedby': 'soon-text' },
    make('h2', { id: 'soon-title' }, words.soonTitle), make('p', { id: 'soon-text' }, words.soonText), make('div', { class: 'row' }, stay, out));
  stay.addEventListener('click', () => {
    closeWarning();
    void ask();
  });
  warning.addEventListener('cancel', () => void ask());
  out.addEventListener('click', logOut);
  document.body.append(warning);
  warning.showModal();
}

export function logOut() {
  /** @type {HTMLFormElement | null} */ (document.querySelector('form[action="/logout"]'))?.requestSubmit();
}

/** Over: nothing secret stays in sight. Without anything unsaved to the login, and from there back to this page. */
function atEnd() {
  if (over) return;
  over = true;
  clearTimeout(timer);
  closeWarning();
  hideAll();
  if (unsaved()) void logInAgain();
  else location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}&done=session-ended`);
}

/** Names that the form in the page has too would lead to its fields.
 * @param {HTMLElement} part */
function own(part) {
  const mine = (/** @type {string} */ name) => `again-${name}`;
  for (const e of [part, ...all('[id], [for], [aria-describedby], a[href^="#"]', part)]) {
    if (e.id) e.id = mine(e.id);
    if (e.hasAttribute('for')) e.setAttribute('for', mine(e.getAttribute('for') ?? ''));
    if (e.hasAttribute('aria-describedby')) e.setAttribute('aria-describedby', (e.getAttribute('aria-describedby') ?? '').split(/\s+/).map(mine).join(' '));
    if (e.hasAttribute('href')) e.setAttribute('href', `#${mine((e.getAttribute('href') ?? '').slice(1))}`);
  }
}

/** The two steps of the login in a dialog over the form that stays. The token of the new session then goes into every form of the page. */
async function logInAgain() {
  const holder = make('div');
  const dialog = make('dialog', { class: 'ask', 'aria-labelledby': 'ended-title' },
    make('h2', { id: 'ended-title' }, words.endedTitle), make('p', {}, words.endedText), holder);
  const fill = (/** @type {Document} */ doc) => {
    const form = one('main form', doc);
    if (!form) {
      toast(reason(doc));
      return;
    }
    const parts = [...all('main #problems', doc), form];
    for (const part of parts) own(part);
    holder.replaceChildren(...parts);
    one('[autofocus], input:not([type=hidden])', holder)?.focus();
  };
  document.body.append(dialog);
  dialog.addEventListener('cancel', (e) => e.preventDefault());
  dialog.addEventListener('submit', async (e) => {
    e.preventDefault();
    const form = /** @type {HTMLFormElement} */ (e.target);
    try {
      const { url, doc } = await send(form, /** @type {SubmitEvent} */ (e).submitter);
      if (url.pathname.startsWith('/login')) return fill(doc);
      // somebody else's vault is no place for what was typed
      if (doc.body.dataset.user !== document.body.dataset.user) return location.assign('/vault');
      const token = field('input[name=csrf]', doc)?.value ?? '';
      for (const i of all('input[name=csrf]')) /** @type {HTMLInputElement} */ (i).value = token;
      know(Number(doc.body.dataset.left));
      dialog.remove();
      toast(words.again);
    } catch (fault) {
      tell(fault);
    }
    return undefined;
  });
  try {
    fill((await page('GET', '/login?next=/entry/new')).doc);
    dialog.showModal();
  } catch (e) {
    dialog.remove();
    tell(e);
    over = false;
  }
}

export function startSession() {
  if (!one('form[action="/logout"]')) return;
  document.addEventListener('vs:left', (e) => know(/** @type {CustomEvent<number>} */ (e).detail));
  document.addEventListener('vs:ended', atEnd);
  document.addEventListener('visibilitychange', plan);
  document.addEventListener('submit', (e) => {
    if (within(e, 'form[action="/logout"]')) channel?.postMessage('out');
  });
  channel = new BroadcastChannel('vs-session');
  channel.onmessage = (e) => {
    if (typeof e.data === 'number') know(e.data, true);
    else atEnd();
  };
  const left = Number(document.body.dataset.left ?? 0);
  if (left > 0) know(left);
}
