// once.js - a form that is on its way is not sent a second time: an impatient second press would undo what the first one did (a code works once).
import { typed } from './dom.js';

/** The server answers within 9 s. @type {number} */
const ANSWERED = 9000;

/** @type {WeakMap<HTMLFormElement, { what: string, at: number }>} */
let sent = new WeakMap();

export function startOnce() {
  // on the window: after whoever sends a form in place
  addEventListener('submit', (e) => {
    const form = /** @type {HTMLFormElement} */ (e.target);
    if (e.defaultPrevented || form.getAttribute('method') !== 'post') return;
    const what = typed(form) + /** @type {HTMLButtonElement | null} */ (/** @type {SubmitEvent} */ (e).submitter)?.value;
    const before = sent.get(form);
    if (before?.what === what && e.timeStamp - before.at < ANSWERED) e.preventDefault();
    else sent.set(form, { what, at: e.timeStamp });
  });
  addEventListener('pageshow', () => (sent = new WeakMap()));
}
