// scripts.web.cjs - what the scripts add: each thing as a person meets it, and what must not happen.
'use strict';
const assert = require('assert');
const fs = require('fs');
const path = require('path');
const { PASSWORD, freshCode, name, join, fill, many, call } = require('./lib/person.cjs');
const { projects, open } = require('./lib/browser.cjs');

const button = (page, text) => page.getByRole('button', { name: text, exact: true });
const link = (page, text) => page.getByRole('link', { name: text, exact: true });
const says = (page, text) => page.getByText(text).first().waitFor();
const copying = { permissions: ['clipboard-read', 'clipboard-write'] };
const BANK = { site: 'Estuary Bank', url: 'https://bank.example/', username: 'maren.holt', password: 'Otter 17! bay', notes: 'Kundennummer 4711', tags: 'money' };

/** What the clipboard holds, as a person finds out. */
async function pasted(page) {
  const field = await page.evaluateHandle(() => {
    const e = document.body.appendChild(document.createElement('input'));
    e.id = 'pasted';
    e.focus();
    return e;
  });
  await page.locator('#pasted').press('Control+v');
  return field.evaluate((e) => { const v = e.value; e.remove(); return v; });
}
/** A mark that a new page would not have. */
const mark = (page) => page.evaluate(() => { window.mark = 1; });
const sameDocument = async (page) => assert.equal(await page.evaluate(() => window.mark), 1, 'a new page was loaded');
const counted = (page, part) => {
  const seen = [];
  page.on('request', (r) => { if (r.url().includes(part)) seen.push(r.url()); });
  return seen;
};

module.exports = [
  { name: 'copy in one click on every row: named after the site, 44 px, the password fetched only then', projects: ['js-on', 'phone'], context: copying, run: async ({ page, context, server }) => {
    await join(context, server);
    const ids = await fill(context, server, [BANK, ...many(3)]);
    const asked = counted(page, '/api/entries/');
    await page.goto(`${server.url}/vault`);
    for (const site of ['Estuary Bank', 'Amber Post 001', 'Bay Library 002', 'Cove Bakery 003']) {
      for (const what of ['user name', 'password']) {
        const box = await button(page, `Copy the ${what} of ${site}`).boundingBox();
        assert.ok(box.width >= 44 && box.height >= 44, `${site} ${what}: ${box.width} x ${box.height}`);
      }
    }
    assert.deepEqual(asked, [], 'nothing is fetched before a click');
    await button(page, 'Copy the password of Estuary Bank').click();
    await says(page, 'Password of Estuary Bank copied. The clipboard will be cleared in 30 s if the browser allows it.');
    assert.deepEqual(asked, [`${server.url}/api/entries/${ids[0]}`]);
    assert.equal(await pasted(page), BANK.password);
    assert.ok(!(await page.content()).includes('Otter'), 'the password never enters the page');
    await page.locator('.toast').getByRole('button', { name: 'Close' }).click();
    await button(page, 'Copy the user name of Estuary Bank').click();
    await says(page, 'User name of Estuary Bank copied.');
    assert.equal(await page.getByText('will be cleared').count(), 0, 'a user name is no secret');
    assert.equal(await pasted(page), BANK.username);
  } },
  { name: 'copy on the page of an entry', context: copying, run: async ({ page, context, server }) => {
    await join(context, server);
    const [id] = await fill(context, server, [BANK, { site: 'Bare' }]);
    await page.goto(`${server.url}/entry?id=${id}`);
    await button(page, 'Copy the user name of Estuary Bank').click();
    await says(page, 'User name of Estuary Bank copied.');
    await button(page, 'Copy the password of Estuary Bank').click();
    await says(page, 'Password of Estuary Bank copied.');
    await page.goto(`${server.url}/vault`);
    assert.equal(await pasted(page), BANK.password);
    await button(page, 'Copy the password of Bare').click();
    await says(page, 'Bare has no password.');
  } },
  { name: 'the clipboard is cleared after 30 s where the browser allows it, at once by Clear now', context: copying, run: async ({ page, context, server }) => {
    await join(context, server);
    await fill(context, server, [BANK]);
    await page.clock.install();
    await page.goto(`${server.url}/vault`);
    await button(page, 'Copy the password of Estuary Bank').click();
    await says(page, 'will be cleared in 30 s');
    await page.clock.runFor(29000);
    assert.equal(await page.getByText('The clipboard was cleared.').count(), 0);
    await page.clock.runFor(2000);
    await says(page, 'The clipboard was cleared. Your system may keep a history of its own.');
    assert.equal(await pasted(page), '');
    await button(page, 'Copy the password of Estuary Bank').click();
    await button(page, 'Clear now').click();
    await says(page, 'The clipboard was cleared.');
    assert.equal(await pasted(page), '');
  } },
  { name: 'where the browser refuses, it says so, and the next click or key in any tab clears', held: true, run: async ({ page, context, server }) => {
    await join(context, server);
    await fill(context, server, [BANK]);
    // what Chromium does without a recent gesture (NotAllowedError, see UX 2.6), at a moment that the test chooses
    await context.addInitScript(() => {
      if (!navigator.clipboard) return;
      const real = navigator.clipboard.writeText.bind(navigator.clipboard);
      navigator.clipboard.writeText = (t) => (window.refuse ? Promise.reject(new DOMException('no', 'NotAllowedError')) : real(t));
    });
    const other = await context.newPage();
    await other.goto(`${server.url}/settings`);
    await page.bringToFront();
    await page.clock.install();
    await page.goto(`${server.url}/vault`);
    await button(page, 'Copy the password of Estuary Bank').click();
    await says(page, 'will be cleared in 30 s');
    await page.evaluate(() => { window.refuse = true; });
    await page.clock.runFor(31000);
    await says(page, 'The browser did not allow clearing the clipboard by itself. The next click or key in this vault clears it.');
    await says(other, 'The browser did not allow clearing the clipboard by itself.');
    await other.bringToFront();
    await other.locator('h1').click();
    await says(other, 'The clipboard was cleared.');
    await page.getByText('did not allow clearing').waitFor({ state: 'detached' });
    await page.bringToFront();
    assert.equal(await pasted(page), '');
  } },
  { name: 'show is a switch: pressed, named after what it does, off on submit, on leaving, on coming back', run: async ({ page, context, server }) => {
    await join(context, server);
    const [id] = await fill(context, server, [BANK]);
    await page.goto(`${server.url}/entry?id=${id}`);
    await mark(page);
    const show = page.locator('button[data-reveal]');
    assert.equal(await show.getAttribute('aria-pressed'), 'false');
    await show.click();
    await page.locator('.secret', { hasText: BANK.password }).waitFor();
    assert.equal(await show.getAttribute('aria-pressed'), 'true');
    await button(page, 'Hide password').waitFor();
    await sameDocument(page);
    await button(page, 'Add Estuary Bank to the favourites').click();
    await button(page, 'Show password').waitFor();
    assert.ok(!(await page.content()).includes('Otter'), 'a submit hides it');
    await show.click();
    await page.locator('.secret', { hasText: BANK.password }).waitFor();
    await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })));
    assert.ok(!(await page.content()).includes('Otter'), 'leaving hides it');
    await show.click();
    await page.locator('.secret', { hasText: BANK.password }).waitFor();
    await page.goto(`${server.url}/settings`);
    await page.goBack();
    await button(page, 'Show password').waitFor();
    assert.ok(!(await page.content()).includes('Otter'), 'coming back shows nothing');
  } },
  { name: 'fields of passwords can be shown, and hide again when they are sent', run: async ({ page, server }) => {
    await page.goto(`${server.url}/register`);
    await page.locator('#username').fill(name('show'));
    await page.locator('#password').fill('short one');
    const show = button(page, 'Show password').first();
    assert.equal(await show.getAttribute('aria-pressed'), 'false');
    await show.click();
    assert.equal(await page.locator('#password').getAttribute('type'), 'text');
    assert.equal(await page.locator('#repeat').isVisible(), false, 'what one sees need not be typed twice');
    assert.equal(await button(page, 'Hide password').getAttribute('aria-pressed'), 'true');
    let sent = '';
    page.on('request', (r) => { if (r.method() === 'POST') sent = r.postData(); });
    await page.evaluate(() => document.addEventListener('submit', () => { window.name = document.querySelector('#password').type; }));
    await button(page, 'Continue').click();
    await page.locator('#problems').waitFor();
    assert.equal(await page.evaluate(() => window.name), 'password');
    assert.match(sent, /repeat=short\+one/);
  } },
  { name: 'search acts on the first key in what is loaded, then the server answers, notes included', run: async ({ page, context, server }) => {
    await join(context, server);
    await fill(context, server, [BANK, { site: 'Café Möwe', password: 'a' }, ...many(8)]);
    await page.goto(`${server.url}/vault`);
    await mark(page);
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'q', 'with room and a mouse one types at once');
    let free;
    const held = new Promise((done) => { free = done; });
    let asked = 0;
    await page.route('**/vault?*', async (r) => { asked++; await held; await r.continue(); });
    await page.keyboard.type('c');
    assert.equal(asked, 0);
    const shown = () => page.locator('tbody tr:visible').count();
    const first = await shown();
    assert.ok(first < 10 && first > 0, `${first} rows after one key, before any answer`);
    await page.keyboard.type('afe mow');
    assert.deepEqual(await page.locator('tbody tr:visible .names a').allInnerTexts(), ['Café Möwe']);
    assert.match(await page.locator('#said').textContent(), /1 of 10 entries/);
    await page.waitForRequest(/\/vault\?.*q=cafe\+mow/);
    free();
    await says(page, '1 to 1 of 1 that match');
    await page.locator('#q').fill('kundennummer');
    assert.equal(await shown(), 0, 'notes are not in the page');
    await link(page, 'Estuary Bank').waitFor();
    assert.match(page.url(), /q=kundennummer/);
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'q');
    await page.locator('#q').fill('');
    await says(page, '1 to 10 of 10');
    await sameDocument(page);
  } },
  { name: 'on a phone the search does not take the focus', projects: ['phone'], run: async ({ page, context, server }) => {
    await join(context, server);
    await fill(context, server, [BANK]);
    await page.goto(`${server.url}/vault`);
    await button(page, 'Copy the password of Estuary Bank').waitFor();
    assert.notEqual(await page.evaluate(() => document.activeElement?.id), 'q');
  } },
  { name: 'sorting, filters and stars without a new page; Back goes back through them', run: async ({ page, context, server }) => {
    await join(context, server);
    await fill(context, server, [BANK, ...many(5)]);
    await page.goto(`${server.url}/vault`);
    await mark(page);
    await link(page, 'User name').click();
    await page.waitForURL(/sort=username/);
    await page.locator('th[aria-sort=ascending]', { hasText: 'User name' }).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'User name', 'the focus stays on the header');
    await page.locator('.rail a[href="/vault?tag=money"]').click();
    await says(page, 'with the tag money');
    await page.locator('.rail [aria-current]', { hasText: 'money' }).waitFor();
    await button(page, 'Copy the password of Estuary Bank').waitFor();
    await page.goBack();
    await page.locator('th[aria-sort=ascending]', { hasText: 'User name' }).waitFor();
    await says(page, '1 to 6 of 6');
    await page.goBack();
    await page.locator('th[aria-sort=ascending]', { hasText: 'Site' }).waitFor();
    await button(page, 'Add Estuary Bank to the favourites').click();
    await says(page, 'The entry is a favourite now.');
    await button(page, 'Take Estuary Bank from the favourites').click();
    await says(page, 'The entry is no longer a favourite.');
    await sameDocument(page);
    await page.reload();
    await button(page, 'Add Estuary Bank to the favourites').waitFor();
  } },
  { name: 'a star on an entry that was changed elsewhere: told, nothing overwritten', run: async ({ page, context, server }) => {
    await join(context, server);
    const [id] = await fill(context, server, [BANK]);
    await page.goto(`${server.url}/vault`);
    await call(context.request, server, 'PUT', `/api/entries/${id}`, { version: 1, username: 'other' }, 200);
    await button(page, 'Add Estuary Bank to the favourites').click();
    await says(page, 'This was changed in another window meanwhile.');
    await button(page, 'Add Estuary Bank to the favourites').waitFor();
  } },
  { name: 'without an answer a script leaves the form to the browser', run: async ({ page, context, server, faults }) => {
    await join(context, server);
    await fill(context, server, [BANK]);
    await page.goto(`${server.url}/vault`);
    await mark(page);
    let refused = 0;
    await page.route('**/entry/favorite', (r) => (r.request().resourceType() === 'fetch' ? (refused++, r.abort()) : r.continue()));
    await button(page, 'Add Estuary Bank to the favourites').click();
    await button(page, 'Take Estuary Bank from the favourites').waitFor();
    await page.waitForFunction(() => window.mark === undefined);
    assert.equal(refused, 1);
    for (let i = faults.length; i--;) if (/ERR_FAILED/.test(faults[i])) faults.splice(i, 1);
  } },
  { name: 'the form in a dialog: focus, Escape, a question before anything typed is lost, Back, F5', run: async ({ page, context, server }) => {
    await join(context, server);
    await fill(context, server, [BANK]);
    await page.goto(`${server.url}/vault`);
    await mark(page);
    await link(page, 'Edit Estuary Bank').click();
    const dialog = page.getByRole('dialog', { name: 'Edit entry' });
    await dialog.waitFor();
    await page.waitForURL(/\/entry\/edit\?id=/);
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'site');
    const box = await dialog.boundingBox();
    assert.ok(box.width <= 580 && box.width > 500, `${box.width}`);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    assert.equal(new URL(page.url()).pathname, '/vault');
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'Edit Estuary Bank', 'the focus is back where it was');
    await link(page, 'Edit Estuary Bank').click();
    await page.locator('dialog #username').fill('typed');
    await page.goBack();
    const ask = page.getByRole('alertdialog', { name: 'Leave without saving?' });
    await ask.waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Go on editing', 'the safe answer has the focus');
    await page.keyboard.press('Enter');
    await ask.waitFor({ state: 'detached' });
    assert.equal(await page.locator('dialog #username').inputValue(), 'typed');
    await page.keyboard.press('Escape');
    await button(page, 'Leave without saving').click();
    await dialog.waitFor({ state: 'detached' });
    await link(page, 'Edit Estuary Bank').click();
    assert.equal(await page.locator('dialog #username').inputValue(), 'maren.holt');
    await page.locator('dialog #username').fill('saved.name');
    await page.locator('dialog').getByRole('button', { name: 'Save entry' }).click();
    await says(page, 'Your changes were saved.');
    await page.locator('td', { hasText: 'saved.name' }).waitFor();
    await sameDocument(page);
    await link(page, 'Add entry').click();
    await page.getByRole('dialog', { name: 'New entry' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'New entry' }).waitFor();
    assert.equal(await page.locator('dialog').count(), 0, 'a page by itself after F5');
    await page.goBack();
    await link(page, 'Estuary Bank').waitFor();
  } },
  { name: 'on a phone the form fills the screen, its button in reach', projects: ['phone'], run: async ({ page, context, server }) => {
    await join(context, server);
    await fill(context, server, [BANK]);
    await page.goto(`${server.url}/vault`);
    await link(page, 'Edit Estuary Bank').click();
    const box = await page.getByRole('dialog').boundingBox();
    assert.deepEqual([box.x, Math.round(box.width), Math.round(box.height)], [0, 360, 740]);
    const save = await page.locator('dialog').getByRole('button', { name: 'Save entry' }).boundingBox();
    assert.ok(save.y + save.height <= 740, `${save.y}`);
    await page.locator('dialog').getByRole('button', { name: 'Close' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  } },
  { name: 'what was typed into the page itself is asked about too', run: async ({ page, context, server }) => {
    await join(context, server);
    await page.goto(`${server.url}/entry/new`);
    await page.locator('#site').fill('half');
    let asked = 0;
    page.on('dialog', (d) => { asked++; void d.dismiss(); });
    await page.goto(`${server.url}/vault`, { timeout: 3000 }).catch(() => {});
    assert.equal(asked, 1);
    assert.equal(await page.locator('#site').inputValue(), 'half');
    await page.getByRole('button', { name: 'Save entry' }).click();
    await says(page, 'The entry was saved.');
    assert.equal(asked, 1, 'saving is not leaving');
  } },
  { name: 'delete from the dialog: the list goes on without it, with a way back at hand', run: async ({ page, context, server }) => {
    await join(context, server);
    await fill(context, server, [BANK, ...many(2)]);
    await page.goto(`${server.url}/vault`);
    await mark(page);
    await link(page, 'Edit Estuary Bank').click();
    await page.locator('dialog').getByRole('link', { name: 'Delete entry' }).click();
    await says(page, 'The entry was moved to the trash.');
    await link(page, 'Estuary Bank').waitFor({ state: 'detached' });
    await page.locator('.toast').getByRole('button', { name: 'Undo' }).click();
    await says(page, 'The entry is back in the vault.');
    await link(page, 'Estuary Bank').waitFor();
    await sameDocument(page);
  } },
  { name: 'keys: each of them, none in a field, all off by one switch that is remembered', context: copying, run: async ({ page, context, server }) => {
    await join(context, server);
    await fill(context, server, [BANK, ...many(2)]);
    const ready = () => button(page, 'Keys').waitFor();
    const fresh = async () => { await page.goto(`${server.url}/vault`); await ready(); await page.locator('#q').evaluate((e) => e.blur()); };
    const active = () => page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent);
    await fresh();
    await page.keyboard.press('/');
    assert.equal(await active(), 'q');
    await page.keyboard.type('n');
    assert.equal(await page.locator('#q').inputValue(), 'n', 'in a field a key is a letter');
    await page.locator('#q').fill('');
    await says(page, '1 to 3 of 3');
    await page.keyboard.press('ArrowDown');
    assert.equal(await active(), 'Amber Post 001');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    assert.equal(await active(), 'Estuary Bank');
    await page.keyboard.press('u');
    await says(page, 'User name of Estuary Bank copied.');
    await page.keyboard.press('c');
    await says(page, 'Password of Estuary Bank copied.');
    assert.equal(await pasted(page), BANK.password);
    await link(page, 'Estuary Bank').focus();
    await page.keyboard.press('e');
    await page.getByRole('dialog', { name: 'Edit entry' }).waitFor();
    assert.equal(await page.locator('dialog #site').inputValue(), 'Estuary Bank');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('n');
    await page.getByRole('dialog', { name: 'New entry' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await link(page, 'Estuary Bank').focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/entry\?id=/);
    await ready();
    await page.keyboard.press('g');
    await page.waitForURL(/\/generate/);
    await ready();
    await page.keyboard.press('Control+k');
    await page.waitForURL(/\/vault/);
    await fresh();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.getByLabel('Single keys are on').uncheck();
    await page.keyboard.press('Escape');
    await page.reload();
    await ready();
    await page.locator('#q').evaluate((e) => e.blur());
    for (const k of ['n', 'g', '?', '/', 'e', 'Shift+L']) await page.keyboard.press(k);
    assert.equal(await page.locator('dialog').count(), 0);
    assert.equal(new URL(page.url()).pathname, '/vault');
    assert.notEqual(await active(), 'q');
    await page.keyboard.press('Control+k');
    assert.equal(await active(), 'q', 'with a modifier it stays');
    await button(page, 'Keys').click();
    await page.getByLabel('Single keys are on').check();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Shift+L');
    await page.waitForURL(/\/login|\/$/);
  } },
  { name: 'strength: loaded when a password is begun, told in words, and the server decides', run: async ({ page, server }) => {
    const late = counted(page, '/assets/strength');
    await page.goto(`${server.url}/register`);
    await page.locator('#username').fill(name('weak'));
    await page.locator('#email').fill('weak@example.org');
    assert.deepEqual(late, []);
    await page.locator('#password').focus();
    await page.waitForResponse(/\/assets\/strength/);
    assert.equal(late.length, 1);
    for (const [text, word] of [['password', 'very weak'], ['harbour lights', /weak|fair|strong/], ['x7!kQ-vm2#Tz9)pL', 'very strong']]) {
      await page.locator('#password').fill(text);
      await page.locator('.estimate', { hasText: word }).waitFor();
      assert.match(await page.locator('.estimate').innerText(), /^Estimated strength: /);
    }
    // a sentence of ours, unknown to the estimate: the server refuses and its words stand at the field
    await page.route('**/assets/strength*', (r) => r.abort());
    await page.locator('#password').fill('password1234');
    await page.locator('#repeat').fill('password1234');
    await button(page, 'Continue').click();
    await page.locator('#password-error').waitFor();
  } },
  { name: 'the estimate does not promise what the server refuses: at most 1.5 % of a fixed list', run: async ({ page, context, server }) => {
    await join(context, server);
    await page.goto(`${server.url}/entry/new`);
    const list = corpus();
    const mine = await page.evaluate(async ([src, words]) => {
      const { rate } = await import(src);
      return words.map((w) => rate(w, []));
    }, [`/assets/${fs.readdirSync(path.join(process.env.B || 'build', 'html/assets')).find((f) => f.startsWith('strength.'))}`, list]);
    const theirs = [];
    for (let i = 0; i < list.length; i += 8) {
      theirs.push(...await Promise.all(list.slice(i, i + 8).map((p, k) => call(context.request, server, 'POST', '/api/entries', { site: `s${i + k}`, password: p }, 201).then((e) => e.strength))));
    }
    // the rule for the account: 12 or more characters, and strong
    const generous = list.filter((p, i) => p.length >= 12 && mine[i] >= 3 && theirs[i] < 3);
    const near = list.filter((_, i) => Math.abs(mine[i] - theirs[i]) <= 1).length;
    assert.ok(generous.length <= list.length * 0.015, `${generous.length} of ${list.length}: ${generous.slice(0, 12).join(' | ')}`);
    assert.ok(near >= list.length * 0.9, `within one level: ${near} of ${list.length}`);
  } },
  { name: 'the generator works in place, on its page and in a form; what it made is never cleared from the clipboard', context: copying, run: async ({ page, context, server }) => {
    await join(context, server);
    await fill(context, server, [BANK]);
    await page.clock.install();
    await page.goto(`${server.url}/generate`);
    await mark(page);
    await button(page, 'New password').first().click();
    await page.locator('#result').waitFor();
    const first = await page.locator('#result').innerText();
    await button(page, 'Copy').click();
    await says(page, 'Password copied.');
    assert.equal(await page.getByText('will be cleared').count(), 0);
    await page.clock.runFor(40000);
    await button(page, 'New password').first().click();
    await page.waitForFunction((was) => document.querySelector('#result').textContent !== was, first);
    await sameDocument(page);
    await page.goto(`${server.url}/vault`);
    assert.equal(await pasted(page), first);
    await mark(page);
    await link(page, 'Edit Estuary Bank').click();
    await button(page, 'Generate a password').click();
    await says(page, /It is kept when you save; about 1\d\d bits/);
    assert.equal(await page.locator('dialog #password').getAttribute('type'), 'text', 'one sees what one will save');
    assert.equal((await page.locator('dialog #password').inputValue()).length, 20);
    await sameDocument(page);
  } },
  { name: 'one minute before the end a warning; Stay logged in is a request that keeps the session', run: async ({ page, context, server }) => {
    await join(context, server);
    await page.clock.install();
    await page.goto(`${server.url}/settings`);
    const asked = counted(page, '/session');
    // the server's clock is not turned, and the page may have been slow to come: a margin of half a minute
    await page.clock.runFor('08:20');
    assert.equal(await page.getByRole('alertdialog').count(), 0);
    await page.clock.runFor('00:45');
    await page.getByRole('alertdialog', { name: 'You will be logged out in one minute' }).waitFor();
    assert.deepEqual(asked, [], 'to ask would be to stay');
    await button(page, 'Stay logged in').click();
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await page.waitForResponse(/\/session$/).catch(() => {});
    assert.equal(asked.length, 1);
    await page.clock.runFor('08:00');
    assert.equal(await page.getByRole('alertdialog').count(), 0, 'counted anew');
    await page.clock.runFor('01:05');
    await page.getByRole('alertdialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
  } },
  { name: 'a form outlives its session: log in again in a dialog, then save; nothing of it in any storage', server: 'short', run: async ({ page, context, server }) => {
    const who = await join(context, server);
    await page.goto(`${server.url}/vault`);
    await link(page, 'Add entry').first().click();
    await page.locator('dialog #site').fill('Draft of the harbour');
    await page.locator('dialog #password').fill('draft secret 4711');
    await page.getByRole('alertdialog', { name: 'You will be logged out' }).waitFor({ timeout: 20000 });
    const ended = page.getByRole('dialog', { name: 'You were logged out' });
    await ended.waitFor({ timeout: 20000 });
    const kept = await page.evaluate(async () => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, (await indexedDB.databases()).length, await caches.keys(), document.cookie, history.state]));
    assert.ok(!/Draft|4711/.test(kept), kept);
    await ended.getByLabel('User name or email').fill(who.username);
    await ended.getByLabel('Password', { exact: true }).fill('not right');
    await ended.getByRole('button', { name: 'Log in' }).click();
    await says(page, 'User name or password is not right.');
    await ended.getByLabel('Password', { exact: true }).fill(who.password);
    await ended.getByRole('button', { name: 'Log in' }).click();
    await ended.getByLabel('Code from the authenticator').fill(freshCode(server, who.secret));
    await ended.getByRole('button', { name: 'Log in' }).click();
    await ended.waitFor({ state: 'detached' });
    await says(page, 'You are logged in again. What you typed is still here.');
    assert.equal(await page.locator('dialog #password').inputValue(), 'draft secret 4711');
    await page.locator('dialog').getByRole('button', { name: 'Save entry' }).click();
    await says(page, 'The entry was saved.');
    await link(page, 'Draft of the harbour').waitFor();
  } },
  { name: 'somebody else who logs in there does not get what was typed', server: 'short', run: async ({ page, context, server, browser }) => {
    await join(context, server);
    const other = await open(browser, server, projects['js-on']);
    const stranger = await join(other.context, server);
    await other.context.close();
    await page.goto(`${server.url}/entry/new`);
    await page.locator('#site').fill('Mine alone');
    page.on('dialog', (d) => void d.accept());
    const ended = page.getByRole('dialog', { name: 'You were logged out' });
    await ended.waitFor({ timeout: 25000 });
    await ended.getByLabel('User name or email').fill(stranger.username);
    await ended.getByLabel('Password', { exact: true }).fill(stranger.password);
    await ended.getByRole('button', { name: 'Log in' }).click();
    await ended.getByLabel('Code from the authenticator').fill(freshCode(server, stranger.secret));
    await ended.getByRole('button', { name: 'Log in' }).click();
    await page.waitForURL(/\/vault/);
    await says(page, 'Nothing here yet.');
  } },
  { name: 'who logs out in one tab is out in all', run: async ({ page, context, server }) => {
    await join(context, server);
    await fill(context, server, [BANK]);
    await page.goto(`${server.url}/vault`);
    const other = await context.newPage();
    await other.goto(`${server.url}/settings`);
    await button(other, 'Log out').click();
    await page.waitForURL(/\/login\?next=/);
    assert.equal(await link(page, 'Estuary Bank').count(), 0);
  } },
  { name: 'offline: a page that says so; the worker keeps that page, its looks, and nothing else', offline: true, run: async ({ page, context, server }) => {
    await join(context, server);
    await fill(context, server, [BANK]);
    await page.goto(`${server.url}/vault`);
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.waitForFunction(async () => (await Promise.all((await caches.keys()).map(async (k) => (await (await caches.open(k)).keys()).length))).some((n) => n > 0));
    await page.reload();
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await page.goto(`${server.url}/settings`);
    const kept = await page.evaluate(async () => {
      const all = [];
      for (const k of await caches.keys()) for (const r of await (await caches.open(k)).keys()) all.push(new URL(r.url).pathname);
      return all.sort();
    });
    assert.equal(kept.length, 4, kept.join());
    for (const k of kept) assert.match(k, /^\/(offline|assets\/(app\.[0-9a-f]+\.css|icons\.[0-9a-f]+\.svg|favicon\.[0-9a-f]+\.svg))$/);
    await context.setOffline(true);
    await page.goto(`${server.url}/vault`);
    await page.getByRole('heading', { name: 'No connection to the vault' }).waitFor();
    assert.ok(!(await page.content()).includes('Estuary'));
    await context.setOffline(false);
    await link(page, 'Try again').click();
    await link(page, 'Estuary Bank').waitFor();
  } },
  { name: 'installs as an app: a manifest whose icons are there in the sizes that it names', run: async ({ page, server, context }) => {
    await page.goto(`${server.url}/`);
    const href = await page.locator('link[rel=manifest]').getAttribute('href');
    const r = await context.request.get(server.url + href);
    assert.equal(r.headers()['content-type'], 'application/manifest+json');
    const m = await r.json();
    assert.equal(m.display, 'standalone');
    assert.deepEqual(m.shortcuts.map((s) => s.url), ['/vault', '/entry/new', '/generate']);
    for (const i of [...m.icons, ...m.shortcuts.flatMap((s) => s.icons)].filter((x) => x.type === 'image/png')) {
      const size = await page.evaluate(async (src) => { const b = await createImageBitmap(await (await fetch(src)).blob()); return `${b.width}x${b.height}`; }, i.src);
      assert.equal(size, i.sizes);
    }
    const cdp = await context.newCDPSession(page);
    const { installabilityErrors } = await cdp.send('Page.getInstallabilityErrors');
    assert.deepEqual(installabilityErrors.map((e) => e.errorId).filter((e) => e !== 'in-incognito'), []);
  } },
  { name: 'the words can be printed and copied, and it says what copying means', context: copying, run: async ({ page, context, server }) => {
    const who = await join(context, server);
    await page.addInitScript(() => { window.print = () => { window.printed = true; }; });
    await page.goto(`${server.url}/settings/phrase`);
    await page.locator('#current').fill(who.password);
    await page.locator('#code').fill(freshCode(server, who.secret));
    await button(page, 'Show five new words').click();
    await button(page, 'Print').click();
    assert.equal(await page.evaluate(() => window.printed), true);
    const words = (await page.locator('.words .mono').allInnerTexts()).join(' ');
    await button(page, 'Copy').click();
    await says(page, 'where other programs can read them');
    await page.goto(`${server.url}/vault`);
    await page.goto(`${server.url}/entry/new`);
    await page.locator('#notes').focus();
    await page.keyboard.press('Control+v');
    assert.equal(await page.locator('#notes').inputValue(), words);
    page.on('dialog', (d) => void d.accept());
  } },
  { name: 'the policy holds: no inline script, no markup out of text, no other policy', run: async ({ page, context, server, faults }) => {
    await join(context, server);
    await page.goto(`${server.url}/vault`);
    const seen = await page.evaluate(() => {
      const tried = {};
      const attempt = (n, f) => { try { f(); tried[n] = 'done'; } catch (e) { tried[n] = e.name; } };
      attempt('innerHTML', () => { document.body.innerHTML = '<b>x</b>'; });
      attempt('parse', () => new DOMParser().parseFromString('<b>x</b>', 'text/html'));
      attempt('policy', () => window.trustedTypes.createPolicy('mine', { createHTML: (s) => s }));
      attempt('script', () => { document.createElement('script').text = '1'; });
      attempt('address', () => { document.createElement('script').src = '/x.js'; });
      attempt('again', () => window.trustedTypes.createPolicy('vs-sw', {}));
      return tried;
    });
    assert.deepEqual(seen, { innerHTML: 'TypeError', parse: 'TypeError', policy: 'TypeError', script: 'TypeError', address: 'TypeError', again: 'TypeError' });
    faults.length = 0; // these violations were ours
  } },
];

/** Passwords of many kinds, always the same ones: random, words, mangled, dates, keyboards. */
function corpus() {
  let seed = 42;
  const next = (n) => { seed = (seed * 1103515245 + 12345) % 2147483648; return Math.floor(seed / 65536) % n; };
  const words = fs.readFileSync(path.join(__dirname, '../../html/vendor/common-passwords.txt'), 'utf8').trim().split('\n');
  const plain = ['harbour', 'amber', 'lantern', 'meridian', 'quiet', 'estuary', 'otter', 'violet', 'granite', 'saffron', 'compass', 'thistle', 'walnut', 'ember', 'copper', 'willow'];
  const letters = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789!#$%&*+-=?@_';
  const rows = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm', '1234567890'];
  const random = (n) => Array.from({ length: n }, () => letters[next(letters.length)]).join('');
  const kinds = [
    () => random(4 + next(16)),
    () => words[next(words.length)] + next(10000),
    () => words[next(words.length)][0].toUpperCase() + words[next(words.length)] + '!'.repeat(next(3)),
    () => Array.from({ length: 2 + next(4) }, () => plain[next(plain.length)]).join([' ', '-', '', '.'][next(4)]),
    () => words[next(600)].replace(/a/g, '@').replace(/o/g, '0').replace(/e/g, '3') + (1950 + next(80)),
    () => rows[next(4)].slice(next(4)) + rows[next(4)].slice(next(4)),
    () => `${plain[next(plain.length)]}${1 + next(28)}.${1 + next(12)}.${1950 + next(80)}`,
    () => words[next(300)] + words[next(300)],
    () => random(12 + next(4)),
  ];
  return Array.from({ length: 630 }, (_, i) => kinds[i % kinds.length]());
}
