// meter.js - how strong what is typed may be. Only an estimate, made here so that nothing half-typed is sent; the server's verdict on submit is the one that counts.
import { all, field, make } from './dom.js';
import { words } from './words.js';

const chosen = ['/register', '/reset', '/settings/password', '/entry/new', '/entry/edit'].map((a) => `form[action="${a}"] #password`).join();

/** @param {ParentNode} root */
export function enhanceMeters(root) {
  for (const i of all(chosen, root)) {
    const input = /** @type {HTMLInputElement} */ (i);
    const bar = make('span', { class: 'meter' });
    const word = make('span', { class: 'word' });
    const line = make('p', { class: 'power estimate', hidden: true, role: 'status' }, bar, word);
    /** @type {((text: string, own: string[]) => number) | undefined} */
    let rate;
    const draw = () => {
      line.hidden = input.value === '' || !rate;
      if (line.hidden || !rate) return;
      const own = ['username', 'email', 'site', 'url'].map((name) => field(`[name="${name}"]`, input.form ?? document)?.value ?? '');
      const level = rate(input.value, own);
      bar.className = `meter s${level}`;
      word.textContent = words.estimated + words.levels[level];
    };
    (input.closest('.with') ?? input).after(line);
    input.addEventListener('focus', async () => {
      if (rate) return;
      const name = '/assets/strength.js';
      rate = (await import(name).catch(() => ({ rate: undefined }))).rate;
      draw();
    });
    input.addEventListener('input', draw);
  }
}
