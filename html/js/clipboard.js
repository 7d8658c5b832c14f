// clipboard.js - copying, and clearing as far as a browser lets us: a timer alone is refused without a recent click or key (measured, Chromium), so after a
// refusal the next gesture in any tab of the vault clears. Histories that systems keep are out of reach, and we say so.
import { toast } from './toast.js';
import { words } from './words.js';

const SECONDS = 30;
/** @type {BroadcastChannel | undefined} */
let channel;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
/** @type {{ close: () => void } | undefined} */
let note;
const gestures = ['pointerdown', 'keydown'];

function forget() {
  clearTimeout(timer);
  note?.close();
  note = undefined;
  for (const g of gestures) removeEventListener(g, clear, true);
  removeEventListener('focus', clear);
}

async function clear() {
  try {
    await navigator.clipboard.writeText('');
    forget();
    channel?.postMessage('done');
    toast(words.cleared);
  } catch {
    channel?.postMessage('pending');
    pending();
  }
}

function pending() {
  forget();
  note = toast(words.clearRefused, { action: words.clearNow, run: clear, stay: true });
  for (const g of gestures) addEventListener(g, clear, { capture: true, once: true });
  addEventListener('focus', clear, { once: true });
}

export function startClipboard() {
  channel = new BroadcastChannel('vs-clipboard');
  channel.onmessage = (e) => (e.data === 'pending' ? pending() : forget());
}

/** Copy what is there or comes. The promise stands in the clipboard item, because a browser may take the right to copy away while the value is fetched.
 * @param {string | Promise<string>} value
 * @param {string} said what a toast says of it
 * @param {boolean} secret cleared after a while; never for what was generated and is saved nowhere yet
 * @returns {Promise<boolean>} */
export async function copy(value, said, secret) {
  const text = Promise.resolve(value);
  try {
    const blob = text.then((t) => new Blob([t], { type: 'text/plain' }));
    blob.catch(() => {}); // a browser that has not looked at it yet, or refused before, leaves it to nobody
    await navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob })]);
  } catch {
    await text; // a value that did not come is the caller's to tell
    toast(words.copyRefused);
    return false;
  }
  forget();
  channel?.postMessage('done');
  if (secret) {
    note = toast(`${said} ${words.willClear(SECONDS)}`, { action: words.clearNow, run: clear, stay: true });
    timer = setTimeout(clear, SECONDS * 1000);
  } else {
    toast(said);
  }
  return true;
}
