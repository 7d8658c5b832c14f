// scripts.web.cjs - the list, the form in a dialog and the keys: each thing as a person meets it.
'use strict';
const assert = require('assert');
const fs = require('fs');
const { request } = require('playwright-core');
const { open, projects } = require('./lib/browser.cjs');
const { start } = require('./lib/server.cjs');
const { join, fill, many, call, freshCode } = require('./lib/person.cjs');
const { button, link, says, copying, BANK, pasted, mark, sameDocument } = require('./lib/steps.cjs');

/** The same request, whose answer never reaches the browser, nor do its cookies. */
async function unheard(asked) {
  const own = await request.newContext({ ignoreHTTPSErrors: true });
  await own.fetch(asked.url(), { method: asked.method(), headers: await asked.allHeaders(), data: asked.postDataBuffer(), maxRedirects: 0 });
  await own.dispose();
}

/** Presses a button once more while its form is on its way. `done`: the server has done its work by then, and the first answer is lost to the second press.
 * @returns {Promise<() => number>} how often it was sent */
async function pressedTwice(page, path, target, done) {
  let posts = 0;
  let release;
  let arrive;
  const released = new Promise((f) => { release = f; });
  const arrived = new Promise((f) => { arrive = f; });
  await page.route(`**${path}`, async (r) => {
    if (r.request().method() !== 'POST' || ++posts > 1) return r.fallback();
    if (done) await unheard(r.request());
    arrive();
    await released;
    return done ? r.abort().catch(() => {}) : r.continue();
  });
  await target.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await target.boundingBox();
  const press = () => page.mouse.click(x + width / 2, y + height / 2); // a locator would wait for the page that comes
  await press();
  await arrived;
  await press();
  release();
  return () => posts;
}

module.exports = [
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
  { name: 'the form stays when it cannot be saved: refused, deleted elsewhere, no answer; passwords too, in the dialog and on the page itself', offline: true, run: async ({ page, context, server }) => {
    await join(context, server);
    const gone = 'This entry was deleted in another window.';
    for (const dialog of [true, false]) {
      const [id] = await fill(context, server, [BANK]);
      await page.goto(`${server.url}/vault`);
      if (dialog) await link(page, 'Edit Estuary Bank').click();
      else await page.goto(`${server.url}/entry/edit?id=${id}`);
      const form = page.locator(dialog ? 'dialog' : 'main');
      const save = form.getByRole('button', { name: 'Save entry' });
      await form.locator('#username').fill('typed');
      await form.locator('#password').fill('new Otter 18! bay');
      await form.locator('#totp').fill('no key at all!');
      await mark(page);
      const whole = async () => {
        assert.equal(await form.locator('#username').inputValue(), 'typed');
        assert.equal(await form.locator('#password').inputValue(), 'new Otter 18! bay');
        assert.equal(await page.evaluate(() => document.activeElement?.id), 'problems', 'what went wrong has the focus');
        await sameDocument(page);
      };
      await save.click();
      await form.locator('#totp-error').waitFor();
      await whole();
      assert.equal(await form.locator('#totp').inputValue(), 'no key at all!');
      if (!dialog) {
        let asked = 0;
        page.once('dialog', (d) => { asked++; void d.dismiss(); });
        await page.goto(`${server.url}/vault`, { timeout: 3000 }).catch(() => {});
        assert.equal(asked, 1, 'and leaving is still asked about');
      }
      await form.locator('#totp').fill('');
      await context.setOffline(true);
      await save.click();
      await form.getByText('The server does not answer. Try again in a moment. What you typed is still here.').waitFor();
      await whole();
      await form.getByRole('button', { name: 'Generate a password' }).click();
      // under an open dialog nobody would see it
      await page.locator(dialog ? 'dialog .toast' : 'body > .toasts .toast', { hasText: 'The server does not answer.' }).waitFor();
      assert.equal(await form.locator('#password').inputValue(), 'new Otter 18! bay');
      await context.setOffline(false);
      await call(context.request, server, 'DELETE', `/api/entries/${id}?version=1`, undefined, 204);
      await save.click();
      await form.getByText(gone).waitFor();
      assert.equal(await form.locator('#retype').count(), 0, 'nothing has to be typed once more');
      await whole();
      await call(context.request, server, 'POST', '/entry/restore', { id }, 204);
      await call(context.request, server, 'PUT', `/api/entries/${id}`, { version: 1, notes: 'of another window' }, 200);
      await save.click();
      await form.getByText('Both versions').waitFor();
      await whole();
      await form.getByRole('button', { name: 'Save yours over it' }).click();
      await says(page, 'Your changes were saved.');
      assert.equal((await call(context.request, server, 'GET', `/api/entries/${id}`, undefined, 200)).password, 'new Otter 18! bay');
      await call(context.request, server, 'DELETE', `/api/entries/${id}?version=3`, undefined, 204);
    }
  } },
  { name: 'save pressed twice makes one entry', projects: ['js-on', 'js-off'], run: async ({ page, context, server, js }) => {
    await join(context, server);
    for (const start of ['/vault', '/entry/new']) {
      await page.goto(server.url + start);
      if (start === '/vault') await link(page, 'Add entry').first().click();
      await page.locator('#site').fill('Twice');
      const posts = await pressedTwice(page, '/entry/new', page.getByRole('button', { name: 'Save entry' }).last(), !js);
      await says(page, 'The entry was saved.');
      assert.equal(posts(), js ? 1 : 2);
    }
    assert.equal((await call(context.request, server, 'GET', '/api/entries', undefined, 200)).total, 2);
  } },
  { name: 'a code sent twice: with scripts it goes once and lets in, without them the page says what to do', projects: ['js-on', 'js-off'], run: async ({ page, context, server, js }) => {
    const person = await join(context, server);
    await context.clearCookies();
    await page.goto(`${server.url}/login`);
    await page.getByLabel('User name or email').fill(person.username);
    await page.getByLabel('Password', { exact: true }).fill(person.password);
    await button(page, 'Log in').click();
    await page.getByLabel('Code from the authenticator').fill(freshCode(server, person.secret));
    const posts = await pressedTwice(page, '/login/code', button(page, 'Log in'), !js);
    await says(page, js ? 'Nothing here yet.' : 'a code works once, so take the next one');
    assert.equal(posts(), js ? 1 : 2);
  } },
  { name: 'what was done but whose answer was lost may be asked for again: it is done once', offline: true, run: async ({ page, context, server }) => {
    await join(context, server);
    const form = page.getByRole('dialog');
    const save = form.getByRole('button', { name: 'Save entry' });
    const again = async (path, pressed, said) => {
      await page.route(`**${path}`, async (r) => (r.request().method() === 'POST' ? (await r.fetch({ maxRedirects: 0 }), r.abort('connectionreset')) : r.fallback()), { times: 1 });
      await pressed.click();
      await form.getByText('The server does not answer.').first().waitFor();
      await pressed.click();
      await says(page, said);
    };
    await page.goto(`${server.url}/vault`);
    await link(page, 'Add entry').first().click();
    await form.locator('#site').fill('Estuary Bank');
    await again('/entry/new', save, 'The entry was saved.');
    await link(page, 'Edit Estuary Bank').click();
    await form.locator('#notes').fill('changed');
    await again('/entry/edit', save, 'Your changes were saved.');
    const { total, entries } = await call(context.request, server, 'GET', '/api/entries', undefined, 200);
    assert.deepEqual([total, entries[0].version], [1, 2]);
    await link(page, 'Edit Estuary Bank').click();
    await again('/entry/delete', form.getByRole('link', { name: 'Delete entry' }), 'The entry was moved to the trash.');
    await button(page, 'Undo').click();
    await says(page, 'The entry is back in the vault.');
  } },
  { name: 'a form of an earlier session: told, kept, and saved from there', run: async ({ page, context, server }) => {
    const person = await join(context, server);
    await page.goto(`${server.url}/vault`);
    await link(page, 'Add entry').first().click();
    const form = page.getByRole('dialog');
    await form.locator('#site').fill('Estuary Bank');
    await form.locator('#password').fill('new Otter 18! bay');
    await call(context.request, server, 'POST', '/logout', {}, 204);
    await call(context.request, server, 'POST', '/login', { username: person.username, password: person.password, code: freshCode(server, person.secret) }, 200);
    await form.getByRole('button', { name: 'Save entry' }).click();
    await form.getByText('a page of an earlier session').waitFor();
    assert.equal(await form.locator('#retype').count(), 0, 'nothing has to be typed once more');
    await form.getByRole('button', { name: 'Save entry' }).click();
    await says(page, 'The entry was saved.');
    const { entries } = await call(context.request, server, 'GET', '/api/entries', undefined, 200);
    assert.equal((await call(context.request, server, 'GET', `/api/entries/${entries[0].id}`, undefined, 200)).password, 'new Otter 18! bay');
  } },
  { name: 'an undo that nobody answers is told and offered again', offline: true, run: async ({ page, context, server }) => {
    await join(context, server);
    await fill(context, server, [BANK]);
    await page.goto(`${server.url}/vault`);
    await link(page, 'Edit Estuary Bank').click();
    await page.locator('dialog').getByRole('link', { name: 'Delete entry' }).click();
    await says(page, 'The entry was moved to the trash.');
    await context.setOffline(true);
    await button(page, 'Undo').click();
    await says(page, 'The server does not answer.');
    await context.setOffline(false);
    await button(page, 'Undo').click();
    await says(page, 'The entry is back in the vault.');
    await link(page, 'Estuary Bank').waitFor();
  } },
  { name: 'while the store is away no password is called empty, and the form waits', bare: true, run: async ({ browser }) => {
    const own = await start();
    const { context, page } = await open(browser, own, projects['js-on']);
    try {
      await join(context, own);
      await fill(context, own, [BANK]);
      await page.goto(`${own.url}/vault`);
      const db = `${own.data}/vault.db`;
      fs.renameSync(db, `${db}.away`);
      const busy = 'The server is busy. Wait a few seconds and try again.';
      await button(page, 'Copy the password of Estuary Bank').click();
      await says(page, busy);
      await button(page, 'Add Estuary Bank to the favourites').click();
      await page.getByText(busy).nth(1).waitFor();
      fs.renameSync(`${db}.away`, db);
      await link(page, 'Add entry').click();
      const form = page.getByRole('dialog');
      await form.locator('#site').fill('Kept');
      fs.renameSync(db, `${db}.away`);
      await form.getByRole('button', { name: 'Save entry' }).click();
      await form.getByText(busy).waitFor();
      fs.renameSync(`${db}.away`, db);
      await form.getByRole('button', { name: 'Save entry' }).click();
      await says(page, 'The entry was saved.');
      await link(page, 'Kept').waitFor();
    } finally {
      await context.close();
      await own.stop();
    }
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
    await page.evaluate(() => { window.taken = []; addEventListener('keydown', (e) => { if (e.defaultPrevented) window.taken.push(e.key); }); });
    for (const k of ['n', 'g', '?', '/', 'e', 'Shift+L']) await page.keyboard.press(k);
    assert.deepEqual(await page.evaluate(() => window.taken), []);
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
  { name: 'an answer that takes long is told after 400 ms, a quick one is not', run: async ({ page, context, server, screens }) => {
    await join(context, server);
    await fill(context, server, [BANK, ...many(3)]);
    await page.goto(`${server.url}/vault`);
    let free;
    await page.route('**/vault?*', (r) => new Promise((done) => { free = () => { r.continue(); done(); }; }));
    await link(page, 'User name').click();
    assert.equal(await page.locator('html.slow').count(), 0);
    await page.locator('html.slow').waitFor({ state: 'attached' });
    await page.locator('#said', { hasText: 'One moment' }).waitFor({ state: 'attached' });
    await page.screenshot({ path: `${screens}/vault-slow-1280-light.png` });
    free();
    await page.waitForURL(/sort=username/);
    assert.equal(await page.locator('html.slow').count(), 0);
  } },
  { name: 'what scripts say is in the language of the page', context: { ...copying, locale: 'de-DE' }, run: async ({ page, context, server }) => {
    await join(context, server);
    await fill(context, server, [BANK]);
    await page.goto(`${server.url}/vault`);
    assert.equal(await page.locator('html').getAttribute('lang'), 'de');
    await button(page, 'Benutzername von Estuary Bank kopieren').click();
    await says(page, 'Benutzername von Estuary Bank kopiert.');
    await button(page, 'Passwort von Estuary Bank kopieren').waitFor();
  } },
];
