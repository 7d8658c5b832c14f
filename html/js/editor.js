// editor.js - the entry's form in a dialog over the page that one comes from. Its address is the form's own: F5 shows the same form as a page, Back closes it,
// and nothing that was typed goes without a question.
import { all, at, field, icon, iconButton, make, one, typed, within } from './dom.js';
import { refresh } from './list.js';
import { json, page, plainly, reason, send, Unreachable } from './net.js';
import { question, tell, toast } from './toast.js';
import { words } from './words.js';

/** @typedef {{ dialog: HTMLDialogElement, from: string, url: string, before: string, sure: boolean, back: HTMLElement | null, gone: () => void }} Sheet */
/** @type {Sheet | undefined} */
let sheet;
/** @type {(root: ParentNode) => void} */
let enhance = () => {};
/** Forms that stand in the page itself, with what they held when they came. @type {Map<HTMLFormElement, string>} */
const forms = new Map();
/** @type {WeakSet<HTMLFormElement>} */
const sending = new WeakSet();

const editing = 'form[action="/entry/new"], form[action="/entry/edit"]';

/** @param {ParentNode} root */
const formIn = (root) => /** @type {HTMLFormElement | null} */ (all(editing, root).find((f) => one('#site', f)) ?? null);

export function unsaved() {
  const form = sheet && formIn(sheet.dialog);
  if (sheet && form) return !sheet.sure && typed(form) !== sheet.before;
  return [...forms].some(([f, before]) => f.isConnected && typed(f) !== before);
}

/** Form, errors, both versions: what the page has of them. Secrets never come back from the server: what was typed is taken over.
 * @param {Document} doc @param {HTMLFormElement} [was] the form in whose place it comes */
function fill(doc, was) {
  const card = one('main > .card.form', doc);
  const form = card && formIn(card);
  if (!card || !form) return false;
  if (sheet) {
    const title = one('h1', card);
    if (title) title.id = 'sheet-title';
    const cross = iconButton('close', words.close, { class: 'icon close' });
    cross.addEventListener('click', leave);
    card.prepend(cross);
  }
  if (was) one('#retype', card)?.remove();
  for (const name of ['#password', '#totp']) {
    const [old, now] = [was && field(name, was), field(name, form)];
    if (old && now && !now.value) now.value = old.value;
  }
  if (was) was.closest('.card')?.replaceWith(card);
  else sheet?.dialog.append(card);
  enhance(card);
  // what one began with is still what it was
  const before = was && forms.get(was);
  if (before) forms.set(form, before);
  document.title = doc.title;
  (one('#problems', card) ?? one('#site', card))?.focus();
  return true;
}

/** @param {string} url @param {HTMLElement | null} back where the focus returns */
async function open(url, back) {
  if (sheet) return;
  try {
    const { doc, url: found } = await page('GET', url);
    const dialog = make('dialog', { class: 'sheet', 'aria-labelledby': 'sheet-title' });
    const title = document.title;
    sheet = { dialog, from: location.href, url: found.pathname + found.search, before: '', sure: false, back, gone: () => (document.title = title) };
    if (!fill(doc)) {
      sheet = undefined;
      location.assign(url);
      return;
    }
    const form = formIn(dialog);
    sheet.before = form ? typed(form) : '';
    document.body.append(dialog);
    dialog.addEventListener('cancel', (e) => {
      e.preventDefault();
      leave();
    });
    dialog.showModal();
    one('#site', dialog)?.focus();
    history.pushState({ sheet: true }, '', sheet.url);
  } catch (e) {
    if (e instanceof Unreachable) location.assign(url);
  }
}

/** By button, Escape or link: the address goes back, and the sheet with it. */
function leave() {
  if (sheet) history.back();
}

async function onPop() {
  if (!sheet) return;
  const { url } = sheet;
  if (unsaved()) {
    history.pushState({ sheet: true }, '', url);
    if (!(await question(words.leaveTitle, words.leaveText, words.leave, words.stay))) return;
    if (sheet) sheet.sure = true;
    history.back();
    return;
  }
  close();
}

function close() {
  if (!sheet) return;
  const { dialog, back, gone } = sheet;
  sheet = undefined;
  dialog.remove();
  gone();
  back?.focus();
}

/** Close, and go on when the address is back.
 * @returns {Promise<void>} */
function closeSurely() {
  return new Promise((done) => {
    if (sheet) sheet.sure = true;
    addEventListener('popstate', () => done(), { once: true });
    history.back();
  });
}

/** What went wrong, where the server's own answer says it; the form stays as it is.
 * @param {HTMLFormElement} form @param {string} text */
function problem(form, text) {
  const box = make('div', { class: 'note danger', role: 'alert', id: 'problems', tabindex: '-1' }, icon('bad'), make('div', {}, make('p', {}, text)));
  one('#problems', form.parentElement ?? form)?.remove();
  form.before(box);
  box.focus();
}

/** Once, however often the button is pressed meanwhile.
 * @param {HTMLFormElement} form @param {HTMLElement | null} button */
async function save(form, button) {
  if (sending.has(form)) return;
  sending.add(form);
  try {
    const { url, doc, status } = await send(form, button);
    if (url.pathname === '/entry' && status === 200) await saved(doc, url);
    else if (form.isConnected && !fill(doc, form)) problem(form, `${reason(doc)} ${words.kept}`);
  } catch (e) {
    if (e instanceof Unreachable) problem(form, `${words.offline} ${words.kept}`);
  }
  sending.delete(form);
}

/** @param {Document} doc the page of the entry @param {URL} url */
async function saved(doc, url) {
  if (forms.size) {
    forms.clear();
    return location.assign(url);
  }
  const said = one('.note.ok p', doc)?.textContent ?? '';
  const article = one('article.entry');
  const same = article?.dataset.entry === url.searchParams.get('id');
  if (sheet) await closeSurely();
  if (article && same) {
    const next = one('article.entry', doc);
    if (next) {
      article.replaceWith(next);
      enhance(next);
      document.title = doc.title;
    }
  } else {
    await refresh();
  }
  return void toast(said);
}

/** To the trash without a page between, for the way back is offered at once.
 * @param {string} id @param {string} version @param {string} csrf */
async function discard(id, version, csrf) {
  try {
    const { doc, url } = await page('POST', '/entry/delete', new URLSearchParams({ csrf, id, version }));
    const undo = /** @type {HTMLFormElement | null} */ (one('form[action="/entry/restore"]', doc));
    if (!undo) return location.assign(`/entry/delete?id=${encodeURIComponent(id)}`);
    if (!sheet || one('article.entry')) {
      if (sheet) sheet.sure = true;
      return location.replace(url);
    }
    await closeSurely();
    await refresh();
    offerUndo(one('.note.ok p', doc)?.textContent ?? '', undo);
  } catch (e) {
    tell(e);
  }
  return undefined;
}

/** The way back from the trash, until it was gone.
 * @param {string} text @param {HTMLFormElement} undo */
function offerUndo(text, undo) {
  const run = async () => {
    try {
      const { doc } = await send(undo, null);
      toast(one('.note.ok p', doc)?.textContent ?? reason(doc));
      await refresh();
    } catch (e) {
      if (e instanceof Unreachable) offerUndo(words.offline, undo);
    }
  };
  toast(text, { action: words.undo, run });
}

/** The server's generator, in place.
 * @param {HTMLFormElement} form */
async function generate(form) {
  const password = field('#password', form);
  if (!password) return;
  try {
    const { data } = await json('POST', '/generate', { kind: 'characters' });
    password.value = String(data.password);
    if (password.type === 'password') /** @type {HTMLElement | null} */ (password.parentElement?.querySelector('.show'))?.click();
    let hint = one('#password-hint', form);
    if (!hint) {
      hint = make('p', { class: 'hint', id: 'password-hint' });
      (password.closest('.with') ?? password).before(hint);
      password.setAttribute('aria-describedby', 'password-hint');
    }
    hint.textContent = words.made(Number(data.bits));
    password.dispatchEvent(new Event('input', { bubbles: true }));
    password.focus();
  } catch (e) {
    tell(e);
  }
}

/** The generator's own page: what it made, in place.
 * @param {HTMLFormElement} form @param {HTMLElement | null} button */
async function makeOne(form, button) {
  try {
    const { doc } = await send(form, button);
    const [made, next] = [one('.made'), one('.made', doc)];
    const [how, again] = [one('#how'), one('#how', doc)];
    if (!made || !next || !how || !again) return plainly(form, button);
    const place = ['.made', '#how'].find((p) => document.activeElement?.closest(p));
    made.replaceWith(next);
    if (one('[aria-invalid]', how) || one('[aria-invalid]', again)) how.replaceWith(again);
    enhance(next);
    if (place) (one('#problems') ?? one(`${place} .primary`))?.focus();
  } catch (e) {
    if (e instanceof Unreachable) plainly(form, button);
  }
  return undefined;
}

/** @param {ParentNode} root */
export function enhanceForms(root) {
  for (const f of all(editing, root)) {
    const form = /** @type {HTMLFormElement} */ (f);
    if (one('#site', form) && !form.closest('dialog')) forms.set(form, typed(form));
  }
}

/** @param {(root: ParentNode) => void} f what is done to every new piece of a page */
export function startEditor(f) {
  enhance = f;
  document.addEventListener('click', (e) => {
    const a = /** @type {HTMLAnchorElement | null} */ (within(e, 'a[href]'));
    if (!a || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey || e.defaultPrevented) return;
    const href = a.getAttribute('href') ?? '';
    if (sheet?.dialog.contains(a)) return inSheet(e, href);
    if (!one('.vault, article.entry') || !/^\/entry\/(edit\?|new$)/.test(href)) {
      const article = a.closest('article.entry');
      if (article && href.startsWith('/entry/delete?')) {
        e.preventDefault();
        const value = (/** @type {string} */ name) => field(`form[action="/entry/favorite"] input[name=${name}]`, article)?.value ?? '';
        void discard(value('id'), value('version'), value('csrf'));
      }
      return undefined;
    }
    e.preventDefault();
    void open(href, a);
    return undefined;
  });
  document.addEventListener('submit', (e) => {
    const form = /** @type {HTMLFormElement} */ (e.target);
    const button = /** @type {HTMLButtonElement | null} */ (/** @type {SubmitEvent} */ (e).submitter);
    if (form.id === 'how') {
      e.preventDefault();
      void makeOne(form, button);
    } else if (form.matches(editing) && button?.value === 'generate') {
      e.preventDefault();
      void generate(form);
    } else if (form.matches(editing) && one('#site', form)) {
      e.preventDefault();
      void save(form, button);
    } else {
      forms.delete(form);
    }
  });
  addEventListener('popstate', () => {
    if (sheet) void onPop();
    else if (location.pathname + location.search !== at.path) {
      if (location.pathname === '/vault' && one('.vault')) void refresh();
      else location.reload();
    }
  });
  addEventListener('beforeunload', (e) => {
    if (unsaved()) e.preventDefault();
  });
}

/** @param {Event} e @param {string} href */
function inSheet(e, href) {
  if (href.startsWith('#')) {
    e.preventDefault();
    one(href, sheet?.dialog)?.focus();
  } else if (href.startsWith('/entry/delete?')) {
    e.preventDefault();
    const value = (/** @type {string} */ name) => field(`form input[name=${name}]`, sheet?.dialog)?.value ?? '';
    void discard(value('id'), value('version'), value('csrf'));
  } else if (href.startsWith('/entry?') || href === '/vault') {
    e.preventDefault();
    leave();
  }
  return undefined;
}
