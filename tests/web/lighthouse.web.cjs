// lighthouse.web.cjs - Lighthouse on landing, login, a vault with 100 entries (the median of three) and its health, as on a phone and on a desktop.
'use strict';
const assert = require('assert');
const fs = require('fs');
const os = require('os');
const path = require('path');
const { once } = require('events');
const { Worker } = require('worker_threads');
const { chromium } = require('playwright-core');
const { join, pour, many } = require('./lib/person.cjs');
const { executablePath } = require('./lib/browser.cjs');

const RUNS = Number(process.env.LIGHTHOUSE_RUNS || 3);
const MOST = 9;
const say = (text) => console.log(`# ${text}`);
const median = (a) => [...a].sort((x, y) => x - y)[Math.floor(a.length / 2)];
const freePort = () => new Promise((done) => { const s = require('net').createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => done(port)); }); });

/** @type {Worker[]} threads that have Lighthouse loaded, which takes them seconds */
const idle = [];

/** One browser with a session, and a port for Lighthouse. */
async function withBrowser(server, f) {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'vs-lh-'));
  const port = await freePort();
  const context = await chromium.launchPersistentContext(profile, { executablePath, timeout: 30000, ignoreHTTPSErrors: true,
    args: ['--no-sandbox', `--remote-debugging-port=${port}`, `--ignore-certificate-errors-spki-list=${server.spki}`] });
  const worker = idle.pop() || new Worker(path.join(__dirname, 'lib/lighthouse.cjs'));
  try {
    await f(context, async (url, desktop) => {
      const run = async () => {
        worker.postMessage({ port, url, desktop });
        const [{ lhr, fault }] = await once(worker, 'message');
        assert.equal(fault, undefined, fault);
        return lhr;
      };
      let lhr = await run();
      const faults = () => [lhr.runtimeError?.code, ...Object.values(lhr.categories).filter((c) => c.score === null).map((c) => `no score: ${c.id}`)].filter(Boolean);
      for (let i = 0; faults().length && i < 2; i++) lhr = await run(); // a trace that was not recorded, or in part, is no result
      assert.deepEqual(faults(), []);
      assert.equal(new URL(lhr.finalDisplayedUrl).pathname, new URL(url).pathname);
      const n = (id) => lhr.audits[id].numericValue;
      return { speed: lhr.environment.benchmarkIndex, scores: Object.values(lhr.categories).map((c) => c.score), lcp: n('largest-contentful-paint'), cls: n('cumulative-layout-shift'), tbt: n('total-blocking-time'),
        bad: Object.values(lhr.audits).filter((a) => a.score !== null && a.score < 1 && ['binary'].includes(a.scoreDisplayMode)).map((a) => a.id) };
    });
    idle.push(worker); // one that failed is not asked again
  } finally {
    await context.close();
    fs.rmSync(profile, { recursive: true, force: true });
  }
}

/** @type {Promise<any> | undefined} */
let session;
/** A session with 100 entries: made once, the pages of one account are measured. */
async function hundred(context, server) {
  session ??= join(context, server).then(() => pour(context, server, many(100))).then(() => context.cookies());
  await context.addCookies(await session);
}

/** Runs until what counts is good enough: the three that were made when the machine was at its fastest, whatever they say. Each run takes Lighthouse's benchmark
 * anew; the phone that it imagines is four times slower than a machine of 1,500 to 2,000 (its docs/throttling.md). */
async function enough(count, good, run) {
  const runs = [];
  let counts = [];
  while (runs.length < count || (runs.length < MOST && !good(counts))) {
    runs.push(await run());
    counts = [...runs].sort((a, b) => b.speed - a.speed).slice(0, 3);
  }
  const speed = median(counts.map((r) => r.speed));
  return { counts, bad: runs.flatMap((r) => r.bad).join(' '), how: `median of ${counts.length}${runs.length > counts.length ? `, out of ${runs.length}` : ''}, machine ${Math.round(speed)}` };
}

async function phone(what, url, count, measure) {
  const of = (runs) => {
    const mid = (f) => median(runs.map(f));
    return { performance: mid((r) => r.scores[0]), accessibility: mid((r) => r.scores[1]), practices: mid((r) => r.scores[2]), lcp: mid((r) => r.lcp), cls: mid((r) => r.cls), tbt: mid((r) => r.tbt) };
  };
  const good = ({ performance, lcp, tbt }) => performance >= 0.97 && lcp <= 1500 && tbt <= 150;
  const { counts, bad, how } = await enough(count, (runs) => good(of(runs)), () => measure(url, false));
  const found = of(counts), { performance, accessibility, practices, lcp, cls, tbt } = found;
  const text = `${performance} / ${accessibility} / ${practices}, LCP ${Math.round(lcp)} ms, CLS ${cls.toFixed(3)}, TBT ${Math.round(tbt)} ms (${how})`;
  say(`${what}, phone: ${text}`);
  assert.equal(accessibility, 1, bad);
  assert.equal(practices, 1, bad);
  assert.ok(cls <= 0.02, text);
  assert.ok(good(found), text);
}

async function desktop(what, url, measure) {
  const lcp = (runs) => median(runs.map((r) => r.lcp));
  const { counts, how } = await enough(1, (runs) => lcp(runs) <= 600, () => measure(url, true));
  say(`${what}, desktop: ${counts[0].scores.join(' / ')}, LCP ${Math.round(lcp(counts))} ms (${how})`);
  assert.ok(lcp(counts) <= 600, `LCP ${lcp(counts)}`);
}

/** @param {string} what @param {string} address @param {number} lanes @param {((what: string, url: string, measure: any) => Promise<void>)[]} steps @param {any} [prepare] */
const page = (what, address, lanes, steps, prepare) => ({ name: what, bare: true, lanes, run: ({ server }) => withBrowser(server, async (context, measure) => {
  await prepare?.(context, server);
  await context.pages()[0].goto(server.url + address); // what a first start of the browser costs is not the page's
  for (const step of steps) await step(what, server.url + address, measure);
}) });
const times = (count) => (what, url, measure) => phone(what, url, count, measure);

// the heavy page on the slow phone has the machine for itself; the others are far from their limits and run two at a time
const VAULT = 'a vault with 100 entries';
module.exports = [
  page(`${VAULT}, on a desktop`, '/vault', 2, [desktop], hundred),
  page('landing', '/', 2, [times(1), desktop]),
  page('login', '/login', 2, [times(1), desktop]),
  page('its health', '/vault/health', 2, [times(1), desktop], hundred),
  page(VAULT, '/vault', 1, [times(RUNS)], hundred),
];
