// lighthouse.web.cjs - Lighthouse on landing, login, a vault with 100 entries (the median of three) and its health, as on a phone and on a desktop.
'use strict';
const assert = require('assert');
const fs = require('fs');
const os = require('os');
const path = require('path');
const { chromium } = require('playwright-core');
const { join, fill, many } = require('./lib/person.cjs');
const { executablePath } = require('./lib/browser.cjs');

const RUNS = Number(process.env.LIGHTHOUSE_RUNS || 3);
const say = (text) => console.log(`# ${text}`);
const median = (a) => [...a].sort((x, y) => x - y)[Math.floor(a.length / 2)];
const freePort = () => new Promise((done) => { const s = require('net').createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => done(port)); }); });

/** One browser with a session, and a port for Lighthouse. */
async function withBrowser(server, f) {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'vs-lh-'));
  const port = await freePort();
  const context = await chromium.launchPersistentContext(profile, { executablePath, timeout: 30000, ignoreHTTPSErrors: true,
    args: ['--no-sandbox', `--remote-debugging-port=${port}`, `--ignore-certificate-errors-spki-list=${server.spki}`] });
  try {
    const lighthouse = (await import(require.resolve('lighthouse'))).default;
    await f(context, async (url, desktop) => {
      const config = desktop ? (await import(path.join(path.dirname(require.resolve('lighthouse')), 'config/desktop-config.js'))).default : undefined;
      const once = () => lighthouse(url, { port, output: 'json', logLevel: 'silent', disableStorageReset: true, onlyCategories: ['performance', 'accessibility', 'best-practices'] }, config);
      let { lhr } = await once();
      const faults = () => [lhr.runtimeError?.code, ...Object.values(lhr.categories).filter((c) => c.score === null).map((c) => `no score: ${c.id}`)].filter(Boolean);
      for (let i = 0; faults().length && i < 2; i++) ({ lhr } = await once()); // a trace that was not recorded, or in part, is no result
      assert.deepEqual(faults(), []);
      assert.equal(new URL(lhr.finalDisplayedUrl).pathname, new URL(url).pathname);
      const n = (id) => lhr.audits[id].numericValue;
      return { scores: Object.values(lhr.categories).map((c) => c.score), lcp: n('largest-contentful-paint'), cls: n('cumulative-layout-shift'), tbt: n('total-blocking-time'),
        bad: Object.values(lhr.audits).filter((a) => a.score !== null && a.score < 1 && ['binary'].includes(a.scoreDisplayMode)).map((a) => a.id) };
    });
  } finally {
    await context.close();
    fs.rmSync(profile, { recursive: true, force: true });
  }
}

/** @type {Promise<any> | undefined} */
let session;
/** A session with 100 entries: made once, the pages of one account are measured. */
async function hundred(context, server) {
  session ??= join(context, server).then(() => fill(context, server, many(100))).then(() => context.cookies());
  await context.addCookies(await session);
}

const page = (what, address, count, prepare) => ({ name: what, bare: true, alone: true, run: ({ server }) => withBrowser(server, async (context, measure) => {
  await prepare?.(context, server);
  await context.pages()[0].goto(server.url + address); // what a first start of the browser costs is not the page's
  const runs = [];
  const mid = (f) => median(runs.map(f));
  const slow = () => mid((r) => r.scores[0]) < 0.97 || mid((r) => r.lcp) > 1500 || mid((r) => r.tbt) > 150;
  // other work on the machine is multiplied by the slow phone that is imagined: where that does not do, the median of seven counts
  while (runs.length < count || (slow() && runs.length < 7)) runs.push(await measure(server.url + address, false));
  const [performance, accessibility, practices] = [0, 1, 2].map((k) => mid((r) => r.scores[k]));
  const [lcp, cls, tbt] = ['lcp', 'cls', 'tbt'].map((k) => mid((r) => r[k]));
  say(`${what}, phone: ${performance} / ${accessibility} / ${practices}, LCP ${Math.round(lcp)} ms, CLS ${cls.toFixed(3)}, TBT ${Math.round(tbt)} ms (median of ${runs.length})`);
  const bad = runs.flatMap((r) => r.bad).join(' ');
  assert.equal(accessibility, 1, bad);
  assert.equal(practices, 1, bad);
  assert.ok(performance >= 0.97, `performance ${performance}`);
  assert.ok(lcp <= 1500, `LCP ${lcp}`);
  assert.ok(cls <= 0.02 && tbt <= 150, `CLS ${cls}, TBT ${tbt}`);
  const desk = await measure(server.url + address, true);
  say(`${what}, desktop: ${desk.scores.join(' / ')}, LCP ${Math.round(desk.lcp)} ms`);
  assert.ok(desk.lcp <= 600, `LCP ${desk.lcp}`);
}) });

module.exports = [
  page('landing', '/', 1),
  page('login', '/login', 1),
  page('a vault with 100 entries', '/vault', RUNS, hundred),
  page('its health', '/vault/health', 1, hundred),
];
