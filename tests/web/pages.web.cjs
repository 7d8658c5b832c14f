// pages.web.cjs - every screen and state, light and dark, at three widths: axe finds nothing, nothing is too wide or too small to touch, and a picture of each.
'use strict';
const assert = require('assert');
const fs = require('fs');
const path = require('path');
const { PASSWORD, code, freshCode, name, join, fill, many, call } = require('./lib/person.cjs');

// What is brought into a page. axe reads the same few colours thousands of times, which is a fifth of its work: what was read once is kept
const axe = `${fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')};(${() => {
  const { prototype } = window.axe.commons.color.Color;
  const read = prototype.parseString, known = new Map();
  prototype.parseString = function parseString(text) {
    if (known.has(text)) Object.assign(this, known.get(text));
    else known.set(text, (({ r, g, b, alpha }) => ({ r, g, b, alpha }))(read.call(this, text)));
    return this;
  };
  // rows far below the window are looked at and drawn too
  const rows = new CSSStyleSheet();
  rows.replaceSync('* { content-visibility: visible !important }');
  document.adoptedStyleSheets.push(rows);
}})()`;
// a theme changes colours and nothing else
const COLOURS = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] };
const WIDTHS = [[360, 740], [768, 1000], [1280, 900]];
const TAGS = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
// texts that one reads reach AAA; hints, labels of facts and what stands on a red ground reach AA, which all have to
const HINTS = '.hint, .counts, .sub, .eyebrow, .error, .back, .opt, .n, .steps li, .note.danger *, dt, .disc, .pill, .count, button, .button, .bad, .warn-text, .nothing';
const context = { reducedMotion: 'reduce' };

/** In the page: what is too wide, too small to touch, and what axe finds. @param {[{ type: string, values: string[] }, string, boolean]} how */
async function inspect([runOnly, hints, enhanced]) {
  const bad = [];
  scrollTo(0, 0);
  const over = document.documentElement.scrollWidth - innerWidth;
  if (over > 0) bad.push(`${over} px too wide`);
  bad.push(...[...document.querySelectorAll('button, .button, input:not([type=hidden]), select, nav a')]
    .filter((e) => e.getClientRects().length && !e.matches('.sr, .plain, [type=checkbox], [type=radio]') && getComputedStyle(e).visibility === 'visible')
    .filter((e) => { const r = e.getBoundingClientRect(); return r.height < 43.5 || r.width < 43.5; }).map((e) => `smaller than 44 px: ${e.outerHTML.slice(0, 100)}`));
  // One pass for both contrasts, as reading the page costs more than a rule: with the thresholds of AAA every text below AA fails too, and axe says how it stands
  const [aa, aaa] = ['color-contrast', 'color-contrast-enhanced'].map((id) => window.axe._audit.checks[id].options.contrastRatio);
  const checks = enhanced ? { 'color-contrast': { options: { contrastRatio: { normal: { expected: aaa.normal.expected }, large: { expected: aaa.large.expected } } } } } : {};
  const { violations } = await window.axe.run({ runOnly, checks, resultTypes: ['violations'] });
  for (const v of violations.filter((w) => enhanced && w.id === 'color-contrast')) {
    v.nodes = v.nodes.filter((n) => {
      const { contrastRatio, expectedContrastRatio } = n.any[0].data;
      if (contrastRatio < (expectedContrastRatio === `${aaa.normal.expected}:1` ? aa.normal : aa.large).expected) return true;
      const e = document.querySelector(n.target[0]);
      return !e || (e.closest('main') && !e.closest(hints));
    });
  }
  return [...bad, ...violations.filter((v) => v.nodes.length).map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.target.join(' ')} ${n.any[0]?.message ?? ''}`).join(' | ')}`)];
}

/** Everything about one state of a page. @param {any} t @param {string} what @param {{ full?: boolean }} [how] */
async function look(t, what, how = {}) {
  const { page, screens } = t;
  const full = how.full !== false;
  const bad = [];
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axe);
  const browser = await t.context.newCDPSession(page);
  for (const scheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    for (const [width, height] of WIDTHS) {
      await page.setViewportSize({ width, height });
      const found = await page.evaluate(inspect, [scheme === 'light' ? TAGS : COLOURS, HINTS, width === 1280 && full]);
      bad.push(...found.map((f) => `${what} ${width} ${scheme}: ${f}`));
      // a window as high as the page, so that the bar at its foot stands there
      const high = full ? await page.evaluate(() => document.documentElement.scrollHeight) : height;
      if (high > height) await page.setViewportSize({ width, height: high });
      // by the protocol: packing a picture tightly costs more than the rest of it
      const { data } = await browser.send('Page.captureScreenshot', { format: 'png', optimizeForSpeed: true });
      fs.writeFileSync(path.join(screens, `${what}-${width}-${scheme}.png`), data, 'base64');
    }
  }
  await browser.detach();
  // 1280 px at 400 %
  await page.setViewportSize({ width: 320, height: 256 });
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (over > 0) bad.push(`${what} at 400 %: ${over} px too wide`);
  await page.setViewportSize({ width: 1280, height: 900 });
  assert.deepEqual(bad, []);
}

const at = (t, p) => t.page.goto(t.server.url + p);
const twelve = () => many(12).map((e, i) => (i === 4 ? { ...e, site: 'The library of the university, reading room for maps and globes (second floor)', username: 'a.very.long.user.name.that.does.not.end@department.university.example' } : e));

module.exports = [
  { name: 'pages for everybody', context, run: async (t) => {
    for (const [p, what] of [['/', 'landing'], ['/help', 'help'], ['/about', 'about'], ['/accessibility', 'accessibility'], ['/offline', 'offline'], ['/nosuch', '404']]) {
      await at(t, p);
      await look(t, what);
    }
  } },
  { name: 'pages of errors as the web server sends them', context, run: async (t) => {
    for (const n of ['403', '500', '503']) {
      // the file itself under another name: a browser gets it only when something is broken
      await t.page.route(`**/broken-${n}`, (r) => r.fulfill({ path: path.join(process.env.B || 'build', 'html', `${n}.html`), contentType: 'text/html; charset=utf-8' }));
      await at(t, `/broken-${n}`);
      await look(t, n);
    }
  } },
  { name: 'registration', context, run: async (t) => {
    const { page } = t;
    await at(t, '/register');
    await look(t, 'register');
    const user = name('look');
    await page.locator('#username').fill(user);
    await page.locator('#email').fill('nothing');
    await page.locator('#password').fill('short');
    await page.getByText('Estimated strength').waitFor();
    await look(t, 'register-meter');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.locator('#problems').waitFor();
    await look(t, 'register-error');
    await page.locator('#email').fill(`${user}@example.org`);
    await page.locator('#password').fill(PASSWORD);
    await page.locator('#repeat').fill(PASSWORD);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.locator('.qr').waitFor();
    await look(t, 'register-totp');
    await page.locator('#code').fill(code(await page.locator('.key').innerText()));
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.locator('.words').waitFor();
    await look(t, 'register-phrase');
    await page.emulateMedia({ media: 'print', colorScheme: 'light' });
    assert.ok(await page.getByText('How to use these words').isVisible(), 'the sheet of paper says how');
    assert.ok(!await page.getByRole('button', { name: 'Create the vault' }).isVisible());
    await page.screenshot({ path: path.join(t.screens, 'register-phrase-print.png'), fullPage: true });
    await page.emulateMedia({ media: 'screen' });
  } },
  { name: 'login and reset', context, run: async (t) => {
    const { page } = t;
    const who = await join(t.context, t.server);
    await t.context.clearCookies();
    await at(t, '/login');
    await look(t, 'login');
    await page.locator('#username').fill(who.username);
    await page.locator('#password').fill('wrong');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.locator('#problems').waitFor();
    await look(t, 'login-error');
    await page.locator('#password').fill(who.password);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.locator('#code').waitFor();
    await look(t, 'login-code');
    await at(t, '/reset');
    await look(t, 'reset');
  } },
  { name: 'administration, an invitation, a closed account', context, run: async (t) => {
    const { page, server } = t;
    const { request } = t.context;
    const other = await join(t.context, server);
    const who = await join(t.context, server);
    const enter = (p) => call(request, server, 'POST', '/login', { username: p.username, password: p.password, code: freshCode(server, p.secret) }, 200);
    server.admin('admin', who.username);
    await enter(who);
    await at(t, '/settings');
    await page.getByRole('link', { name: 'Administration' }).click();
    await page.locator('#registration').waitFor();
    await look(t, 'admin');
    await at(t, '/admin/users');
    await look(t, 'admin-users');
    await at(t, `/admin/user?name=${other.username}`);
    await page.locator('#current').fill(who.password);
    await page.getByRole('button', { name: 'Disable' }).click();
    await page.getByRole('button', { name: 'Enable' }).waitFor();
    await look(t, 'admin-user');
    await page.locator('#current').fill(who.password);
    await page.getByRole('button', { name: 'Enable' }).click();
    await page.getByRole('button', { name: 'Disable' }).waitFor();
    await at(t, '/admin/invites');
    await page.getByRole('button', { name: 'Make an invitation' }).click();
    await page.locator('#link').waitFor();
    await look(t, 'admin-invites');
    const link = new URL(await page.locator('#link').innerText());
    await t.context.clearCookies();
    await at(t, link.pathname + link.search);
    await page.getByText('You are invited.').waitFor();
    await look(t, 'register-invited');
    await enter(other);
    await call(request, server, 'POST', '/settings/delete', { current: other.password, code: freshCode(server, other.secret), confirm: other.username }, 204);
    await enter(other);
    await at(t, '/login/back');
    await look(t, 'login-back');
    await page.getByRole('button', { name: 'Take the account back' }).click();
    await page.getByText('Your account is back').waitFor();
  } },
  { name: 'the empty vault, the trash, settings', context, run: async (t) => {
    await join(t.context, t.server);
    await at(t, '/vault');
    await look(t, 'vault-empty');
    await at(t, '/trash');
    await look(t, 'trash-empty');
    for (const p of ['', 'password', 'totp', 'phrase', 'sessions', 'activity', 'language', 'delete']) {
      await at(t, `/settings/${p}`.replace(/\/$/, ''));
      await look(t, `settings${p && `-${p}`}`);
    }
  } },
  { name: 'the vault', context, run: async (t) => {
    const { page } = t;
    await join(t.context, t.server);
    const ids = await fill(t.context, t.server, twelve());
    await at(t, '/vault');
    await look(t, 'vault');
    await at(t, '/vault?q=bank&sort=updated');
    await look(t, 'vault-found');
    await at(t, '/vault?q=nothing+of+the+kind');
    await look(t, 'vault-nomatch');
    await at(t, '/vault?q=01'); // four rows: what lies under a dialog was looked at
    await page.getByRole('link', { name: 'Edit Amber Post 001' }).click();
    await page.locator('dialog.sheet').waitFor();
    await look(t, 'vault-dialog', { full: false });
    await page.locator('dialog #site').fill('');
    await page.locator('dialog').getByRole('button', { name: 'Save entry' }).click();
    await page.locator('dialog #problems').waitFor();
    await look(t, 'vault-dialog-error', { full: false });
    await page.locator('dialog').getByRole('button', { name: 'Close' }).click();
    await page.getByRole('alertdialog').waitFor();
    await look(t, 'vault-leave', { full: false });
    await page.getByRole('button', { name: 'Leave without saving' }).click();
    await page.locator('dialog').first().waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Keys' }).click();
    await look(t, 'vault-keys', { full: false });
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Add Jetty Games 010 to the favourites' }).click();
    await page.locator('.toast').waitFor();
    await page.locator('.toast').hover();
    await look(t, 'vault-toast', { full: false });
    await call(t.context.request, t.server, 'POST', '/entry/delete', { id: ids[3], version: 1 }, 200);
    await at(t, '/trash');
    await look(t, 'trash');
  } },
  { name: 'an entry, its form, its versions', context, run: async (t) => {
    const { page } = t;
    await join(t.context, t.server);
    const [id, long] = await fill(t.context, t.server, [{ site: 'Estuary Bank', url: 'https://bank.example/login', username: 'maren.holt', password: 'Otter 17! bay', notes: 'Customer number 4711\nCard in the drawer', tags: 'money, home', favorite: true },
      { site: 'W'.repeat(90), url: `http://${'long.'.repeat(30)}example`, username: 'u'.repeat(120), password: `${'x9!'.repeat(60)}`, notes: 'word '.repeat(300), tags: 'a, b, c, d, e, f, g, h, i' }]);
    await at(t, `/entry?id=${id}`);
    await look(t, 'entry');
    await page.getByRole('button', { name: 'Show password' }).click();
    await page.locator('.secret', { hasText: 'Otter' }).waitFor();
    await look(t, 'entry-shown');
    await at(t, `/entry?id=${long}`);
    await page.getByRole('button', { name: 'Show password' }).click();
    await look(t, 'entry-long');
    await at(t, '/entry/new');
    await look(t, 'entry-new');
    await at(t, `/entry/edit?id=${id}`);
    await look(t, 'entry-edit');
    await call(t.context.request, t.server, 'PUT', `/api/entries/${id}`, { version: 1, username: 'changed elsewhere' }, 200);
    await page.getByRole('button', { name: 'Save entry' }).click();
    await page.getByRole('heading', { name: 'Both versions' }).waitFor();
    await look(t, 'entry-conflict');
    await at(t, `/entry/history?id=${id}`);
    await look(t, 'entry-history');
    await at(t, `/entry/delete?id=${id}`);
    await look(t, 'entry-delete');
    await at(t, '/entry?id=aaaaaaaaaaaaaaaaaaaaaaaaae');
    await look(t, '404-inside');
  } },
  { name: 'the generator', context, run: async (t) => {
    await join(t.context, t.server);
    await at(t, '/generate');
    await look(t, 'generate');
    await t.page.getByLabel('Length').fill('4');
    await t.page.getByRole('button', { name: 'New password' }).first().click();
    await t.page.locator('#problems').waitFor();
    await look(t, 'generate-error');
    await t.page.getByLabel('Length').fill('64');
    await t.page.getByRole('button', { name: 'New password' }).first().click();
    await t.page.locator('#result').waitFor();
    await look(t, 'generate-made');
  } },
  { name: 'import, undo, export; the connections of the server', context, run: async (t) => {
    const { page } = t;
    await join(t.context, t.server);
    await fill(t.context, t.server, [{ site: 'Estuary Bank', username: 'maren', password: 'Otter 17! bay' }]);
    await at(t, '/import');
    await look(t, 'import');
    await page.locator('#text').fill('alpha,beta,gamma\nEstuary Bank,maren,another one\nBay Library,maren,Heron 5! reed\n,,\n"open');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('heading', { name: 'What the columns hold' }).waitFor();
    await look(t, 'import-map');
    for (const [n, field] of [[1, 'site'], [2, 'username'], [3, 'password']]) await page.locator(`#c${n}`).selectOption(field);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('heading', { name: 'What would change' }).waitFor();
    await look(t, 'import-preview');
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByRole('link', { name: 'Go to the vault' }).waitFor();
    await look(t, 'import-done');
    await page.getByRole('button', { name: 'Undo the import' }).click();
    await page.getByText('Taken back', { exact: true }).waitFor();
    await look(t, 'import-undone');
    await at(t, '/export');
    await look(t, 'export');
    await at(t, '/pool-stats');
    await look(t, 'pool-stats');
  } },
  { name: 'settings that show something once', context, run: async (t) => {
    const { page } = t;
    const who = await join(t.context, t.server);
    for (const [panel, send, wait, what] of [['totp', 'Continue', '.qr', 'settings-totp-new'], ['phrase', 'Show five new words', '.words', 'settings-phrase-done']]) {
      await at(t, `/settings/${panel}`);
      await page.locator('#current').fill(who.password);
      await page.locator('#code').fill(freshCode(t.server, who.secret));
      await page.getByRole('button', { name: send }).click();
      await page.locator(wait).waitFor();
      await look(t, what);
    }
  } },
  { name: 'the same without scripts: what they would add is not there, and nothing is missing', context, run: async (t) => {
    // a context without scripts would stop axe too
    await t.context.route('**/*.js', (r) => r.fulfill({ body: '', contentType: 'text/javascript' }));
    await join(t.context, t.server);
    const [id] = await fill(t.context, t.server, twelve());
    for (const [p, what] of [['/vault', 'plain-vault'], [`/entry?id=${id}`, 'plain-entry'], [`/entry/edit?id=${id}`, 'plain-edit'], ['/generate', 'plain-generate']]) {
      await at(t, p);
      assert.equal(await t.page.locator('button[type=button]:visible').filter({ hasNot: t.page.locator('[hidden]') }).count(), 0, 'no button that does nothing');
      await look(t, what);
    }
  } },
  { name: 'health, what is ignored, codes', context, run: async (t) => {
    const { page } = t;
    const who = await join(t.context, t.server);
    await at(t, '/vault/health');
    await look(t, 'health-empty');
    const [id, weak] = await fill(t.context, t.server, [{ site: 'Estuary Bank', password: 'same same same', url: 'http://bank.example', username: 'maren', totp: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' },
      { site: 'Amber Post', password: '123456', tags: 'home' }, { site: 'Bay Library', password: 'same same same' }, { site: 'Cove Bakery', password: 'k7!Lm#29vQ-rt' }, { site: 'Dune Rail', password: PASSWORD }]);
    await at(t, '/vault/health');
    await look(t, 'health');
    for (const s of await page.locator('summary').all()) await s.click();
    await look(t, 'health-open');
    await page.locator('#current').fill(who.password);
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.locator('#same').waitFor();
    await look(t, 'health-same');
    await at(t, `/vault/ignore?id=${weak}&finding=weak`);
    await look(t, 'health-ignore');
    await page.locator('#reason').fill('It takes no more than six digits.');
    await page.getByRole('button', { name: 'Ignore it' }).click();
    await page.getByText('It takes no more than six digits.').waitFor();
    await look(t, 'health-ignored');
    await at(t, '/vault');
    await look(t, 'vault-codes');
    await at(t, `/entry?id=${id}`);
    await page.getByRole('button', { name: 'Show code' }).click();
    await page.locator('.secret .hint').waitFor();
    await look(t, 'entry-code');
  } },
];
