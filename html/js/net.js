// net.js - the round trips that a page makes anyway, made by a script: the same addresses, forms and pages.
import { words } from './words.js';

/** @typedef {{ status: number, url: URL, doc: Document }} Answer */

/** The session is over; the page is told by the event vs:ended. */
export class Ended extends Error {}
/** No answer, or none that can be read. */
export class Unreachable extends Error {}
/** Not done; the message is the server's own sentence. */
export class Refused extends Error {}

/** How long the session lasts, as the page says that was just made for it.
 * @param {Document} doc */
function tellLeft(doc) {
  const left = doc.body?.dataset.left;
  if (left) document.dispatchEvent(new CustomEvent('vs:left', { detail: Number(left) }));
}

function ended() {
  document.dispatchEvent(new CustomEvent('vs:ended'));
  return new Ended();
}

const SLOW = 400;
let waiting = 0;
/** Nothing is said of an answer that comes at once; of one that does not, a line at the top and words.
 * @template T @param {Promise<T>} answer @returns {Promise<T>} */
function told(answer) {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    waiting++;
    document.documentElement.classList.add('slow');
    const said = document.getElementById('said');
    if (said) said.textContent = words.slow;
  }, SLOW);
  return answer.finally(() => {
    clearTimeout(timer);
    waiting -= Number(late);
    document.documentElement.classList.toggle('slow', waiting > 0);
  });
}

/** A page as a document. Not fetch: a document out of text is what Trusted Types forbid, and XMLHttpRequest reads one without text ever becoming markup here.
 * @param {string} method @param {string} path @param {URLSearchParams} [body] @returns {Promise<Answer>} */
export function page(method, path, body) {
  return told(new Promise((done, fail) => {
    const x = new XMLHttpRequest();
    x.open(method, path);
    x.responseType = 'document';
    x.timeout = 20000;
    x.setRequestHeader('Accept', 'text/html');
    if (body) x.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
    x.onerror = x.ontimeout = () => fail(new Unreachable());
    x.onload = () => {
      const doc = x.responseXML;
      if (!doc?.body) return fail(new Unreachable());
      const url = new URL(x.responseURL);
      if (url.pathname === '/login' && !path.startsWith('/login')) return fail(ended());
      tellLeft(doc);
      return done({ status: x.status, url, doc });
    };
    x.send(body?.toString());
  }));
}

/** A form as it would be sent by its button.
 * @param {HTMLFormElement} form @param {HTMLElement | null} [submitter] */
export function send(form, submitter) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form, submitter)) body.append(name, String(value));
  const path = form.getAttribute('action') ?? location.pathname; // form.action would be the button of that name
  return form.method === 'get' ? page('GET', `${path}?${body}`) : page('POST', path, body);
}

/** The same addresses as programs see them.
 * @param {string} method @param {string} path @param {Record<string, string | number | boolean>} [body]
 * @returns {Promise<{ data: Record<string, any>, date: number }>} */
export async function json(method, path, body) {
  let r, data;
  try {
    r = await told(fetch(path, {
      method,
      headers: body ? { Accept: 'application/json', 'Content-Type': 'application/json' } : { Accept: 'application/json' },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(20000),
    }));
    if (r.status !== 401) data = await r.json();
  } catch {
    throw new Unreachable();
  }
  if (!data) throw ended();
  if (!r.ok) throw new Refused(data.message);
  return { data, date: Date.parse(r.headers.get('Date') ?? '') || Date.now() };
}

/** Why there is no form in an answer: what the page of an error says.
 * @param {Document} doc */
export const reason = (doc) => doc.querySelector('main h1 + p')?.textContent ?? doc.title;

/** The way without scripts, where a script could not go on: the browser sends the form itself.
 * @param {HTMLFormElement} form @param {HTMLElement | null} submitter */
export function plainly(form, submitter) {
  if (submitter instanceof HTMLButtonElement && submitter.name) {
    const hidden = document.createElement('input');
    hidden.type = 'hidden';
    hidden.name = submitter.name;
    hidden.value = submitter.value;
    form.append(hidden);
  }
  HTMLFormElement.prototype.submit.call(form);
}
