// app.js - what every page loads. Each piece only replaces a round trip that already works: without this file everything can still be done.
import { startClipboard } from './clipboard.js';
import { at, make } from './dom.js';
import { enhanceForms, startEditor, unsaved } from './editor.js';
import { startKeys } from './keys.js';
import { startList } from './list.js';
import { enhanceMeters } from './meter.js';
import { startOnce } from './once.js';
import { enhanceSecrets, enhanceWords } from './secret.js';
import { keepWhen, startSession } from './session.js';

/** @param {ParentNode} root */
function enhance(root) {
  enhanceSecrets(root);
  enhanceWords(root);
  enhanceMeters(root);
  enhanceForms(root);
}

// what was done is said once, not again on reload or Back
const here = new URL(location.href);
if (here.searchParams.has('done')) {
  here.searchParams.delete('done');
  here.searchParams.delete('undo');
  history.replaceState(null, '', here);
  at.path = here.pathname + here.search;
}
document.body.append(make('p', { id: 'said', class: 'sr', role: 'status' }));
enhance(document);
startList();
startEditor(enhance);
startOnce();
keepWhen(unsaved);
// what nobody can need in the first moment does not hold up the first picture
setTimeout(() => {
  startKeys();
  startSession();
  startClipboard();
});

// Offline there is a page that says so; the worker keeps that page and nothing else. The policy lets this one address through.
addEventListener('load', () => {
  if (!('serviceWorker' in navigator)) return;
  const own = '/sw.js';
  const policy = window.trustedTypes?.createPolicy('vs-sw', {
    createScriptURL: (s) => {
      if (s !== own) throw new TypeError(s);
      return s;
    },
  });
  navigator.serviceWorker.register(/** @type {string} */ (/** @type {unknown} */ (policy?.createScriptURL(own) ?? own))).catch(() => {});
});
