// journeys.web.cjs - what people do, the same way with scripts, without them and on a phone.
'use strict';
const assert = require('assert');
const fs = require('fs');
const { PASSWORD, code, freshCode, name, join, fill, call } = require('./lib/person.cjs');

const projects = ['js-on', 'js-off', 'phone'];
const button = (page, text) => page.getByRole('button', { name: text, exact: true });
const link = (page, text) => page.getByRole('link', { name: text, exact: true });
const label = (page, text) => page.getByLabel(text, { exact: true });
const says = (page, text) => page.getByText(text).first().waitFor();

/** From the list, whether Add entry leads to a page or to a dialog. */
async function add(page, server, entry) {
  await page.goto(`${server.url}/vault`);
  await link(page, 'Add entry').first().click();
  await label(page, 'Site').fill(entry.site);
  if (entry.url) await page.getByLabel('Web address').fill(entry.url);
  if (entry.username) await page.getByRole('textbox', { name: /^User name/ }).fill(entry.username);
  if (entry.password) await page.locator('#password').fill(entry.password);
  if (entry.tags) await page.getByLabel('Tags').fill(entry.tags);
  await button(page, 'Save entry').click();
  await says(page, 'The entry was saved.');
}

async function logIn(page, server, who, next) {
  if (!next) await page.goto(`${server.url}/login`);
  await label(page, 'User name or email').fill(who.username);
  await label(page, 'Password').fill(who.password);
  await button(page, 'Log in').click();
  await page.getByLabel('Code from the authenticator').fill(freshCode(server, who.secret));
  await button(page, 'Log in').click();
}

module.exports = [
  { name: 'register with the shown secret, write down the phrase, arrive in an empty vault', projects, run: async ({ page, server }) => {
    await page.goto(`${server.url}/`);
    await link(page, 'Create vault').click();
    const user = name('new');
    await label(page, 'User name').fill(user);
    await label(page, 'Email').fill(`${user}@example.org`);
    await label(page, 'Password').fill('short');
    await label(page, 'Repeat the password').fill('short');
    await button(page, 'Continue').click();
    await says(page, 'Use 12 or more characters');
    assert.match(await page.title(), /^Error: /);
    assert.equal(await label(page, 'User name').inputValue(), user, 'what was typed is kept');
    assert.equal(await label(page, 'Password').inputValue(), '', 'but never a password');
    await label(page, 'Password').fill(PASSWORD);
    await label(page, 'Repeat the password').fill(PASSWORD);
    await button(page, 'Continue').click();
    await page.getByRole('img', { name: /QR code/ }).waitFor();
    const secret = await page.locator('.key').innerText();
    const wrong = String((Number(code(secret)) + 1) % 1000000).padStart(6, '0');
    await page.getByLabel('Code from the authenticator').fill(wrong);
    await button(page, 'Continue').click();
    await says(page, 'That code did not match');
    assert.equal(await page.locator('.key').innerText(), secret, 'the same secret after a wrong code');
    await page.getByLabel('Code from the authenticator').fill(code(secret));
    await button(page, 'Continue').click();
    await page.getByRole('heading', { name: 'Write down your recovery phrase' }).waitFor();
    const words = await page.locator('.words .mono').allInnerTexts();
    assert.equal(words.length, 5);
    await label(page, 'Word 2').fill(words[1]);
    await label(page, 'Word 4').fill(words[3]);
    await page.getByLabel('The words are written down and safe').check();
    await button(page, 'Create the vault').click();
    await says(page, 'Nothing here yet.');
  } },
  { name: 'log in: a wrong password, a wrong code, then both right; back where one wanted to go', projects, run: async ({ page, context, server }) => {
    const who = await join(context, server);
    await context.clearCookies();
    await page.goto(`${server.url}/settings/activity`);
    await label(page, 'User name or email').fill(who.username);
    await label(page, 'Password').fill('not the password at all');
    await button(page, 'Log in').click();
    await says(page, 'User name or password is not right.');
    assert.equal(await label(page, 'User name or email').inputValue(), who.username);
    await label(page, 'Password').fill(who.password);
    await button(page, 'Log in').click();
    const right = freshCode(server, who.secret);
    await page.getByLabel('Code from the authenticator').fill(String((Number(right) + 1) % 1000000).padStart(6, '0'));
    await button(page, 'Log in').click();
    await says(page, 'That code did not match');
    await page.getByLabel('Code from the authenticator').fill(`${right.slice(0, 3)} ${right.slice(3)}`);
    await button(page, 'Log in').click();
    await page.getByRole('heading', { name: 'Activity' }).waitFor();
    assert.equal(new URL(page.url()).pathname, '/settings/activity');
  } },
  { name: 'add, find, show and hide, change', projects, run: async ({ page, context, server }) => {
    await join(context, server);
    await add(page, server, { site: 'Estuary Bank', url: 'https://bank.example/', username: 'maren', password: 'Otter 17! bay', tags: 'money, home' });
    await add(page, server, { site: 'Café Möwe', username: 'maren@post.example', password: 'second secret 99' });
    await page.goto(`${server.url}/vault`);
    await page.getByRole('searchbox', { name: 'Search entries' }).fill('MOWE cafe');
    await page.getByRole('searchbox', { name: 'Search entries' }).press('Enter');
    await says(page, /1 to 1 of 1 that match/);
    assert.equal(await page.locator('tbody tr').count(), 1);
    await page.getByRole('searchbox', { name: 'Search entries' }).fill('nothing of the kind');
    await page.getByRole('searchbox', { name: 'Search entries' }).press('Enter');
    await says(page, 'Nothing matches');
    await link(page, 'Show all entries').click();
    await link(page, 'Estuary Bank').click();
    await page.getByRole('heading', { name: 'Estuary Bank' }).waitFor();
    const source = await page.content();
    assert.ok(!source.includes('Otter 17!'), 'not in the page before it is asked for');
    await button(page, 'Show password').click();
    await page.locator('.secret', { hasText: 'Otter 17! bay' }).waitFor();
    assert.equal(await page.locator('.secret .d').first().innerText(), '17');
    assert.ok(!page.url().includes('Otter'));
    await button(page, 'Hide password').click();
    await button(page, 'Show password').waitFor();
    assert.ok(!(await page.locator('.secret').innerText()).includes('Otter'));
    await link(page, 'Edit').click();
    assert.equal(await label(page, 'Site').inputValue(), 'Estuary Bank');
    await page.getByRole('textbox', { name: /^User name/ }).fill('maren.holt');
    await page.getByLabel('Notes').fill('Line one\nLine two');
    await button(page, 'Save entry').click();
    await says(page, 'Your changes were saved.');
    await page.locator('dd.notes', { hasText: 'Line two' }).waitFor();
    await page.locator('dd', { hasText: 'maren.holt' }).first().waitFor();
    await button(page, 'Show password').click();
    await page.locator('.secret', { hasText: 'Otter 17! bay' }).waitFor();
  } },
  { name: 'errors: a summary that leads to the field, the text at the field, what was typed', projects, run: async ({ page, context, server, js }) => {
    await join(context, server);
    await page.goto(`${server.url}/vault`);
    await link(page, 'Add entry').first().click();
    await page.getByLabel('Web address').fill('https://harbour.example');
    await page.getByLabel('Notes').fill('kept');
    await page.locator('#password').fill('typed secret');
    await button(page, 'Save entry').click();
    await page.locator('#problems').waitFor();
    assert.match(await page.title(), /^Error: /);
    assert.equal(await page.getByLabel('Notes').inputValue(), 'kept');
    // the server sends no secret back: a script keeps it in the page, without scripts it is said
    assert.equal(await page.locator('#password').inputValue(), js ? 'typed secret' : '');
    assert.equal(await page.getByText('has to be typed once more').count(), js ? 0 : 1);
    assert.equal(await page.locator('#site').getAttribute('aria-invalid'), 'true');
    assert.match(await page.locator('#site').getAttribute('aria-describedby'), /site-error/);
    await page.locator('#problems a[href="#site"]').click();
    if (js) await page.waitForFunction(() => document.activeElement?.id === 'site');
    await label(page, 'Site').fill('Harbour Tax');
    await button(page, 'Save entry').click();
    await says(page, 'The entry was saved.');
  } },
  { name: 'two windows: the second one sees both versions, and decides', projects, run: async ({ page, context, server }) => {
    await join(context, server);
    const [id] = await fill(context, server, [{ site: 'Dune Rail', username: 'first', password: 'p 1' }]);
    await page.goto(`${server.url}/entry?id=${id}`);
    await link(page, 'Edit').click();
    await page.getByRole('textbox', { name: /^User name/ }).fill('mine');
    await call(context.request, server, 'PUT', `/api/entries/${id}`, { version: 1, username: 'theirs' }, 200);
    await button(page, 'Save entry').click();
    await page.getByRole('heading', { name: 'Both versions' }).waitFor();
    await page.getByRole('cell', { name: 'theirs' }).waitFor();
    await page.getByRole('cell', { name: 'mine' }).waitFor();
    await button(page, 'Save yours over it').click();
    await says(page, 'Your changes were saved.');
    await page.locator('dd', { hasText: 'mine' }).first().waitFor();
    await page.goto(`${server.url}/entry/history?id=${id}`);
    await page.locator('dd', { hasText: 'theirs' }).waitFor();
    await button(page, 'Use this version: 2').click();
    await page.goto(`${server.url}/entry?id=${id}`);
    await page.locator('dd', { hasText: 'theirs' }).waitFor();
  } },
  { name: 'a stored code: kept with the entry, shown when asked for, the right one', projects, run: async ({ page, context, server }) => {
    await join(context, server);
    const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
    await page.goto(`${server.url}/vault`);
    await link(page, 'Add entry').first().click();
    await label(page, 'Site').fill('Harbour Tax');
    await page.getByLabel('Key for one-time codes').fill('not a key');
    await button(page, 'Save entry').click();
    await page.locator('#totp-error').waitFor();
    await page.getByLabel('Key for one-time codes').fill(secret.toLowerCase().replace(/(.{4})/g, '$1 '));
    await button(page, 'Save entry').click();
    await says(page, 'The entry was saved.');
    await page.goto(`${server.url}/vault`);
    await link(page, 'Harbour Tax').click();
    const before = code(secret);
    await button(page, 'Show code').click();
    const shown = page.locator('.secret', { hasText: /[0-9]{3} [0-9]{3}/ });
    await shown.waitFor();
    assert.ok([before, code(secret)].includes((await shown.innerText()).replace(/^([0-9]{3}) ([0-9]{3})[^]*/, '$1$2')));
    await button(page, 'Hide code').click();
    await button(page, 'Show code').waitFor();
  } },
  { name: 'health: what is weak gets another password, what is fine is ignored with a reason', projects, run: async ({ page, context, server }) => {
    await join(context, server);
    await fill(context, server, [{ site: 'Amber Post', password: '123456' }, { site: 'Bay Library', password: '654321' }, { site: 'Cove Bakery', password: 'k7!Lm#29vQ-rt' }]);
    await page.goto(`${server.url}/vault`);
    await page.locator('.nav a[href="/vault/health"]').click();
    await says(page, '2 of 3 entries need attention.');
    await link(page, 'Fix Amber Post').click();
    await button(page, 'Generate a password').click();
    await says(page, /It is kept when you save/);
    await button(page, 'Save entry').click();
    await says(page, 'Your changes were saved.');
    await page.goto(`${server.url}/vault/health`);
    await says(page, '1 of 3 entries needs attention.');
    await link(page, 'Ignore this for Bay Library').click();
    await page.getByLabel('Why is it fine?').fill('A lock with six digits.');
    await button(page, 'Ignore it').click();
    await says(page, 'Nothing needs attention.');
    await says(page, 'A lock with six digits.');
  } },
  { name: 'delete, undo, delete again, bring back from the trash, empty it', projects, run: async ({ page, context, server, js }) => {
    await join(context, server);
    await fill(context, server, [{ site: 'Gull Garden', password: 'x 1' }, { site: 'Isle Energy', password: 'x 2' }]);
    const toTrash = async (site) => {
      await page.goto(`${server.url}/vault`);
      await link(page, site).click();
      await link(page, 'Delete entry').click();
      if (!js) await button(page, 'Delete entry').click();
      await says(page, 'The entry was moved to the trash.');
    };
    await toTrash('Gull Garden');
    assert.equal(await link(page, 'Gull Garden').count(), 0);
    await button(page, 'Undo').click();
    await link(page, 'Gull Garden').waitFor();
    await toTrash('Gull Garden');
    await page.goto(`${server.url}/trash`);
    await button(page, 'Restore Gull Garden').click();
    await page.goto(`${server.url}/vault`);
    await link(page, 'Gull Garden').waitFor();
    await toTrash('Isle Energy');
    await page.goto(`${server.url}/trash`);
    await page.getByLabel(/Remove all for ever/).check();
    await button(page, 'Empty the trash').click();
    await says(page, 'The trash is empty.');
  } },
  { name: 'stars, tags, favourites, order', projects, run: async ({ page, context, server, small, js }) => {
    await join(context, server);
    await fill(context, server, [{ site: 'Amber Post', password: 'aaaaaaaa', tags: 'work' }, { site: 'Bay Library', password: 'x k29 Lagoon;;;', tags: 'home' }, { site: 'Cove Bakery', password: 'b', tags: 'home' }]);
    await page.goto(`${server.url}/vault`);
    await button(page, 'Add Bay Library to the favourites').click();
    await button(page, 'Take Bay Library from the favourites').waitFor();
    await link(page, 'Favourites 1').or(page.locator('.rail a[href*="favorites=1"]')).first().click();
    await says(page, '1 to 1 of 1');
    await page.goto(`${server.url}/vault`);
    await page.locator('.rail a[href="/vault?tag=home"]').click();
    await says(page, '1 to 2 of 2 with the tag home');
    assert.match(page.url(), /tag=home/);
    if (small) {
      await page.getByLabel('Sort by').selectOption({ label: 'Strength, weakest first' });
      if (!js) await button(page, 'Search').click();
      await page.waitForURL(/sort=strength/);
    } else {
      await link(page, 'Strength').click();
      await page.waitForURL(/sort=strength/);
    }
    await page.locator('tbody tr').first().filter({ hasText: 'Cove Bakery' }).waitFor();
    await button(page, 'Add Cove Bakery to the favourites').click();
    await button(page, 'Take Cove Bakery from the favourites').waitFor();
    assert.match(page.url(), /tag=home/, 'the star leads back to the same list');
  } },
  { name: 'a password from the generator into a new entry', projects, run: async ({ page, context, server }) => {
    await join(context, server);
    await page.goto(`${server.url}/generate`);
    await page.getByLabel('Length').fill('4');
    await button(page, 'New password').first().click();
    await says(page, 'a whole number from 8 to 128');
    await page.getByLabel('Length').fill('31');
    await page.getByLabel('! # $ and others').uncheck();
    await button(page, 'New password').first().click();
    await page.locator('#result').waitFor();
    const made = await page.locator('#result').innerText();
    assert.match(made, /^[A-Za-z0-9]{31}$/);
    assert.equal(await page.locator('#length-error').count(), 0, 'the error is gone with its cause');
    await page.getByLabel('Words', { exact: true }).check();
    await button(page, 'New password').first().click();
    await page.locator('#result', { hasText: '-' }).waitFor();
    const phrase = await page.locator('#result').innerText();
    assert.match(phrase, /^[a-z]+(-[a-z]+){4,}$/);
    await button(page, 'Use in a new entry').click();
    assert.equal(await page.locator('#password').inputValue(), phrase);
    await label(page, 'Site').fill('Jetty Games');
    await button(page, 'Save entry').click();
    await says(page, 'The entry was saved.');
    await page.goto(`${server.url}/vault`);
    await link(page, 'Jetty Games').click();
    await button(page, 'Show password').click();
    await page.locator('.secret', { hasText: phrase }).waitFor();
    await link(page, 'Edit').click();
    await button(page, 'Generate a password').click();
    await says(page, /It is kept when you save/);
    const another = await page.locator('#password').inputValue();
    assert.equal(another.length, 20);
    await button(page, 'Save entry').click();
    await says(page, 'Your changes were saved.');
    await button(page, 'Show password').click();
    await page.locator('.secret', { hasText: another }).waitFor();
  } },
  { name: 'settings: every panel; a new password, with which one logs in again', projects, run: async ({ page, context, server }) => {
    const who = await join(context, server);
    for (const panel of ['', '/password', '/totp', '/phrase', '/sessions', '/activity', '/delete']) {
      await page.goto(`${server.url}/settings${panel}`);
      await page.locator('h1').waitFor();
    }
    await page.goto(`${server.url}/settings/password`);
    await label(page, 'Current password').fill('wrong');
    await page.getByLabel('Code from the authenticator').fill(freshCode(server, who.secret));
    await label(page, 'New password').fill('another quiet lagoon 2027');
    await label(page, 'Repeat the password').fill('another quiet lagoon 2027');
    await button(page, 'Change the password').click();
    await page.locator('#problems').waitFor();
    await label(page, 'Current password').fill(who.password);
    await page.getByLabel('Code from the authenticator').fill(freshCode(server, who.secret));
    await label(page, 'New password').fill('another quiet lagoon 2027');
    await label(page, 'Repeat the password').fill('another quiet lagoon 2027');
    await button(page, 'Change the password').click();
    await says(page, 'Your password was changed.');
    await button(page, 'Log out').click();
    await page.waitForURL(/\/login|\/$/);
    await logIn(page, server, { ...who, password: 'another quiet lagoon 2027' });
    await says(page, 'Nothing here yet.');
  } },
  { name: 'import: a file, its columns, the preview, written, undone; export encrypted, and opened again', projects, run: async ({ page, context, server }) => {
    const who = await join(context, server);
    await fill(context, server, [{ site: 'Estuary Bank', url: 'https://bank.example/', username: 'maren', password: 'old one' }]);
    const choose = async (name, text) => {
      await page.goto(`${server.url}/import`);
      await label(page, 'File').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
    };
    await choose('list.csv', 'Wo;Wer;Geheim\nhttps://bank.example/;maren;new one\nhttps://mail.example/;maren;second\n');
    await button(page, 'Continue').click();
    await page.getByRole('heading', { name: 'What the columns hold' }).waitFor();
    assert.equal(await page.getByText('new one').count(), 0, 'cells that may be secret are dotted');
    for (const [column, holds] of [['Wo', 'Web address'], ['Wer', 'User name'], ['Geheim', 'Password']]) await page.getByLabel(`Column ${column}: holds`).selectOption({ label: holds });
    await button(page, 'Continue').click();
    await page.getByRole('heading', { name: 'What would change' }).waitFor();
    await says(page, 'New: 1');
    await page.locator('#changed').selectOption('overwrite');
    await button(page, 'Import').click();
    await says(page, 'Undo the import');
    const facts = async () => (await page.locator('dl.facts div').allInnerTexts()).map((t) => t.replace(/\s+/g, ' '));
    assert.deepEqual((await facts()).slice(0, 2), ['Added 1', 'Overwritten 1']);
    const done = page.url();
    await page.goto(`${server.url}/vault`);
    await says(page, 'mail.example');
    const exported = async () => {
      await page.goto(`${server.url}/export`);
      await page.locator('#current').fill(who.password);
      await page.locator('#passphrase').fill('twelve letters or more');
      await page.locator('#repeat').fill('twelve letters or more');
      const [file] = await Promise.all([page.waitForEvent('download'), button(page, 'Export').click()]);
      assert.equal(file.suggestedFilename(), 'vaultsphere-encrypted.json');
      return fs.readFileSync(await file.path(), 'utf8');
    };
    const sealed = await exported();
    assert.doesNotMatch(sealed, /maren|new one|bank/);
    await page.goto(done);
    await button(page, 'Undo the import').click();
    await says(page, 'The import was taken back.');
    assert.deepEqual((await facts()).slice(2), ['Taken back 2', 'Changed since, and kept 0']);
    await page.goto(`${server.url}/vault`);
    await says(page, 'Estuary Bank');
    assert.equal(await page.getByText('mail.example').count(), 0, 'what was added is gone');
    // the file that was kept: not without its passphrase
    await choose('vaultsphere-encrypted.json', sealed);
    await page.locator('#passphrase').fill('another passphrase');
    await button(page, 'Continue').click();
    await page.locator('#problems').waitFor();
    await choose('vaultsphere-encrypted.json', sealed);
    await page.locator('#passphrase').fill('twelve letters or more');
    await button(page, 'Continue').click();
    await says(page, 'New: 1');
    await button(page, 'Import').click();
    await says(page, 'Undo the import');
    await page.goto(`${server.url}/vault?q=mail`);
    await says(page, 'mail.example');
  } },
  { name: 'a new recovery phrase, a reset with it, five words more', projects, run: async ({ page, context, server }) => {
    const who = await join(context, server);
    await page.goto(`${server.url}/settings/phrase`);
    await label(page, 'Current password').fill(who.password);
    await page.getByLabel('Code from the authenticator').fill(freshCode(server, who.secret));
    await button(page, 'Show five new words').click();
    await page.locator('.words .mono').first().waitFor();
    const words = (await page.locator('.words .mono').allInnerTexts()).join(' ');
    await button(page, 'Log out').click();
    await page.goto(`${server.url}/reset`);
    await label(page, 'User name').fill(who.username);
    await label(page, 'Recovery phrase').fill(words.toUpperCase());
    await label(page, 'New password').fill('third quiet lagoon 2028');
    await label(page, 'Repeat the password').fill('third quiet lagoon 2028');
    await button(page, 'Set the password').click();
    await page.getByRole('heading', { name: 'The password is set' }).waitFor();
    assert.notEqual((await page.locator('.words .mono').allInnerTexts()).join(' '), words);
  } },
  { name: 'the session ends: log in, and be where one was', projects, server: 'short', run: async ({ page, context, server, js }) => {
    const who = await join(context, server);
    await page.goto(`${server.url}/settings/activity`);
    await page.getByRole('heading', { name: 'Activity' }).waitFor();
    server.sql(`UPDATE accounts SET expires=1 WHERE kind LIKE 'session#%' AND username='${who.username}'`);
    if (js) await page.waitForURL(/\/login\?next=/, { timeout: 20000 });
    else await page.reload();
    assert.equal(await context.request.get(`${server.url}/session`, { headers: { Accept: 'application/json' } }).then((r) => r.status()), 401);
    await logIn(page, server, who, true);
    await page.getByRole('heading', { name: 'Activity' }).waitFor();
    assert.equal(new URL(page.url()).pathname, '/settings/activity');
  } },
  { name: 'log out: the way back leads to the login', projects, run: async ({ page, context, server }) => {
    await join(context, server);
    await fill(context, server, [{ site: 'Fjord Mail', password: 'y 1' }]);
    await page.goto(`${server.url}/vault`);
    await link(page, 'Fjord Mail').waitFor();
    await button(page, 'Log out').click();
    await page.waitForURL(/\/login|\/$/);
    await page.goBack();
    await page.goto(`${server.url}/vault`);
    await label(page, 'User name or email').waitFor();
    assert.equal(await link(page, 'Fjord Mail').count(), 0);
  } },
  { name: 'by keyboard alone: from the login to a new entry and its password', projects: ['js-on', 'js-off'], run: async ({ page, context, server }) => {
    const who = await join(context, server);
    await context.clearCookies();
    /** Tab until the focus is on what has this name, as the browser computes names. */
    const tabTo = async (locator) => {
      for (let i = 0; i < 60; i++) {
        await page.keyboard.press('Tab');
        if (await locator.evaluate((e) => e.matches(':focus')).catch(() => false)) return;
      }
      throw new Error(`not reached by Tab: ${locator}`);
    };
    await page.goto(`${server.url}/login`);
    await tabTo(label(page, 'User name or email'));
    await page.keyboard.type(who.username);
    await tabTo(label(page, 'Password'));
    await page.keyboard.type(who.password);
    await page.keyboard.press('Enter');
    await page.getByLabel('Code from the authenticator').waitFor();
    if (!await page.getByLabel('Code from the authenticator').evaluate((e) => e.matches(':focus'))) await tabTo(page.getByLabel('Code from the authenticator'));
    await page.keyboard.type(freshCode(server, who.secret));
    await page.keyboard.press('Enter');
    await says(page, 'Nothing here yet.');
    await tabTo(link(page, 'Add entry').first());
    await page.keyboard.press('Enter');
    await label(page, 'Site').waitFor();
    if (!await label(page, 'Site').evaluate((e) => e.matches(':focus'))) await tabTo(label(page, 'Site'));
    await page.keyboard.type('Keyboard Bay');
    await tabTo(page.locator('#password'));
    await page.keyboard.type('typed by keys 1');
    await page.keyboard.press('Enter');
    await says(page, 'The entry was saved.');
    await page.goto(`${server.url}/vault`);
    await tabTo(link(page, 'Keyboard Bay'));
    await page.keyboard.press('Enter');
    await button(page, 'Show password').waitFor();
    await tabTo(button(page, 'Show password'));
    await page.keyboard.press('Enter');
    await page.locator('.secret', { hasText: 'typed by keys 1' }).waitFor();
  } },
];
