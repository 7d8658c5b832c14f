// sessions.web.cjs - the end of a session, being offline, the app, the policy.
'use strict';
const assert = require('assert');
const { freshCode, join, fill } = require('./lib/person.cjs');
const { projects, open } = require('./lib/browser.cjs');
const { button, link, says, BANK, counted } = require('./lib/steps.cjs');

module.exports = [
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
    await Promise.all([page.waitForResponse(/\/session$/), button(page, 'Stay logged in').click()]);
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
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
