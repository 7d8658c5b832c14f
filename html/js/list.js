// list.js - the vault's list: search from the first key in what is loaded, then the server's answer; sorting, filters, pages and stars without a new page.
import { all, at, field, one, within } from './dom.js';
import { json, page, plainly, send, Unreachable } from './net.js';
import { enhanceSecrets } from './secret.js';
import { tell, toast } from './toast.js';
import { words } from './words.js';

const SERVER_AFTER = 300;
const vault = () => one('.vault');
// asked before anything is changed, or the answer costs a layout
const roomy = matchMedia('(min-width: 64rem) and (hover: hover)').matches;

/** As the server folds: accents and case do not count.
 * @param {string} text */
export const fold = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss');

/** @type {{ row: HTMLElement, text: string }[]} */
let rows = [];
/** Rows in the order of the page, with the text to look in: read at the first key, the next ones only compare. */
function read() {
  rows = all('.entries tbody tr').map((row) => ({ row, text: fold([...row.querySelectorAll('.names, .wide, .pill')].map((e) => e.textContent).join(' ')) }));
}

/** @param {string} text */
function say(text) {
  const live = one('#said');
  if (live) live.textContent = text;
}

/** @param {string} q */
export function filter(q) {
  if (!rows.length) read();
  const wanted = fold(q).split(/\s+/).filter(Boolean);
  let n = 0;
  for (const { row, text } of rows) {
    const fits = wanted.every((w) => text.includes(w));
    row.hidden = !fits;
    n += Number(fits);
  }
  return n;
}

let asked = 0;
/** Another list in place of this one; the search field stays, and with it the cursor.
 * @param {Document} doc @param {URL} url @param {boolean} push */
function show(doc, url, push) {
  const old = one('.vault form.search');
  const fresh = one('.vault form.search', doc);
  const now = vault();
  const next = one('.vault', doc);
  const control = /** @type {HTMLElement | null} */ (document.activeElement);
  const entry = /** @type {HTMLElement | null | undefined} */ (control?.closest('tr[data-entry]'))?.dataset.entry;
  if (!now || !next) return location.assign(url);
  if (push && url.href !== location.href) history.pushState(null, '', url);
  at.path = url.pathname + url.search;
  if (old && fresh) {
    const rail = one('.rail ul', doc);
    if (rail) one('.rail ul')?.replaceWith(rail);
    while (old.nextSibling) old.nextSibling.remove();
    while (fresh.nextSibling) old.parentElement?.append(fresh.nextSibling);
    all('input[type=hidden]', old).forEach((i) => i.remove());
    old.append(...all('input[type=hidden]', fresh));
    const [sort, wanted] = [field('#sort', old), field('#sort', fresh)];
    if (sort && wanted) sort.value = wanted.value;
    const [q, typed] = [field('#q', old), field('#q', fresh)];
    if (q && typed && document.activeElement !== q) q.value = typed.value;
  } else {
    now.replaceWith(next);
  }
  enhanceSecrets(vault() ?? document);
  rows = [];
  // whoever had gone on into the rows stays where they were
  const row = entry && one(`tr[data-entry="${CSS.escape(entry)}"]`);
  if (row) (all('[aria-label]', row).find((e) => e.ariaLabel === control?.ariaLabel) ?? one('.names a', row))?.focus({ preventScroll: true });
  return undefined;
}

/** @param {string} path @param {boolean} push @returns {Promise<boolean>} */
async function load(path, push) {
  const mine = ++asked;
  try {
    const { doc, url } = await page('GET', path);
    if (mine !== asked) return false; // a later question was asked meanwhile
    show(doc, url, push);
    return true;
  } catch (e) {
    tell(e);
    return false;
  }
}

/** The list as it is now on the server. */
export const refresh = () => load(vault() ? location.pathname + location.search : '/vault', false);

/** @param {HTMLFormElement} form */
const question = (form) => {
  const p = new URLSearchParams();
  for (const [k, v] of new FormData(form)) if (v) p.append(k, String(v));
  return `${form.getAttribute('action')}?${p}`;
};

function count() {
  const text = one('.counts')?.textContent?.replace(/ · .*/, '') ?? one('.nothing .serif')?.textContent ?? '';
  say(text);
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let later;
/** @param {Event} e */
function typing(e) {
  const form = /** @type {HTMLFormElement | null} */ (within(e, '.vault form.search'));
  const q = field('#q');
  if (!form || !q || e.target !== q) return;
  const n = filter(q.value);
  say(words.shown(n, rows.length));
  clearTimeout(later);
  later = setTimeout(async () => {
    if (!(await load(question(form), false))) return;
    history.replaceState(null, '', at.path);
    count();
  }, SERVER_AFTER);
}

/** A star: the form's own fields as a program would send them, the same button afterwards the other way round.
 * @param {HTMLFormElement} form @param {HTMLElement} button */
async function star(form, button) {
  const on = /** @type {HTMLButtonElement} */ (button).value === '1';
  const input = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
  try {
    const { data } = await json('POST', '/entry/favorite', { id: input('id').value, version: Number(input('version').value), on });
    const host = form.closest('[data-entry]') ?? form;
    for (const v of all('input[name=version]', host)) /** @type {HTMLInputElement} */ (v).value = String(data.version);
    const site = one('.names a', host)?.textContent ?? /** @type {HTMLElement} */ (host).dataset.site ?? '';
    button.classList.toggle('on', on);
    button.setAttribute('value', on ? '0' : '1');
    button.setAttribute('aria-label', on ? words.unfavorite(site) : words.favorite(site));
    toast(on ? words.favoriteOn : words.favoriteOff);
  } catch (e) {
    if (e instanceof Unreachable) plainly(form, button);
    else tell(e);
  }
}

/** What a filter, a header, a page link leads to.
 * @param {HTMLAnchorElement} a */
async function follow(a) {
  const header = a.closest('th');
  const path = new URL(a.href);
  if (!(await load(path.pathname + path.search, true))) return;
  if (header) {
    const sort = path.searchParams.get('sort') ?? '';
    one(`.entries th a[href*="sort=${CSS.escape(sort)}"]`)?.focus();
    say(words.sorted(header.textContent ?? sort));
  } else {
    const rail = one('.rail [aria-current]');
    const to = a.closest('.pages') ? one('.names a') : rail;
    to?.focus({ preventScroll: !a.closest('.pages') });
    count();
  }
}

/** @param {MouseEvent} e */
const ordinary = (e) => e.button === 0 && !e.metaKey && !e.ctrlKey && !e.shiftKey && !e.altKey && !e.defaultPrevented;

export function startList() {
  document.addEventListener('submit', (e) => {
    const form = /** @type {HTMLFormElement} */ (e.target);
    const button = /** @type {HTMLElement | null} */ (/** @type {SubmitEvent} */ (e).submitter);
    if (form.matches('form[action="/entry/favorite"]') && button) {
      e.preventDefault();
      void star(form, button);
    } else if (form.matches('.vault form.search')) {
      e.preventDefault();
      clearTimeout(later);
      void load(question(form), true).then((ok) => ok && count());
    } else if (form.matches('.vault form[action="/entry/restore"]')) {
      e.preventDefault();
      void restore(form);
    }
  });
  if (!vault()) return;
  document.addEventListener('input', typing);
  document.addEventListener('change', (e) => {
    if (within(e, '.vault #sort')) /** @type {HTMLSelectElement} */ (e.target).form?.requestSubmit();
  });
  document.addEventListener('click', (e) => {
    const a = /** @type {HTMLAnchorElement | null} */ (within(e, '.vault a[href^="/vault"]'));
    if (!a || !ordinary(e)) return;
    e.preventDefault();
    void follow(a);
  });
  // a long list on a phone begins with the list; with room and a mouse one can type at once
  if (roomy && document.activeElement === document.body) field('#q')?.focus({ preventScroll: true });
}

/** @param {HTMLFormElement} form */
export async function restore(form) {
  try {
    const { doc } = await send(form, null);
    toast(one('.note.ok p', doc)?.textContent ?? '');
    form.remove();
    await refresh();
  } catch (e) {
    if (e instanceof Unreachable) plainly(form, null);
  }
}

