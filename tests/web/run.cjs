// run.cjs [PART...] - the browser's part of the tests: pages, budgets, sessions, journeys, secrets, scripts, lighthouse. One line a test (TAP), a closing line, exit status.
// ONLY=text runs the tests whose name holds it. Three at a time (WEB_JOBS), fewer where time is measured (lanes of a test); every test has an end of its own.
'use strict';
const fs = require('fs');
const path = require('path');
const { launch, open, projects, executablePath, shell } = require('./lib/browser.cjs');
const { start, build } = require('./lib/server.cjs');

const PARTS = ['pages', 'budgets', 'sessions', 'journeys', 'secrets', 'scripts', 'lighthouse']; // the longest first, then what waits: short ones fill the time and the end
const wanted = process.argv.slice(2).length ? process.argv.slice(2) : PARTS;
const only = process.env.ONLY || '';
const JOBS = Number(process.env.WEB_JOBS || 3);
const LIMIT = 180000; // of one test; the whole is ended by tests/tools/web.sh

const within = (ms, what, promise) => {
  let timer;
  return Promise.race([promise, new Promise((_, fail) => { timer = setTimeout(() => fail(new Error(`${what}: no end after ${ms / 1000} s`)), ms); })])
    .finally(() => clearTimeout(timer));
};

async function main() {
  const began = Date.now();
  // one as it is, one whose sessions are over after seconds
  const servers = { normal: await start(), short: await start({ SESSION_IDLE: '8' }) };
  const begin = (program) => within(40000, 'launch', launch(Object.values(servers), program));
  let browser = await begin(shell);
  const screens = path.join(build, 'screens');
  if (wanted.length === PARTS.length) fs.rmSync(screens, { recursive: true, force: true });
  fs.mkdirSync(screens, { recursive: true });
  /** @type {{ name: string, lanes: number, held: boolean, run: () => Promise<void> }[]} */
  const queue = [];
  for (const part of wanted) {
    for (const test of require(`./${part}.web.cjs`)) {
      for (const project of test.projects || [null]) {
        const name = `web ${part}${project ? ` ${project}` : ''}: ${test.name}`;
        if (!name.includes(only)) continue;
        queue.push({ name, lanes: test.lanes || 0, held: !!test.context?.permissions, run: async () => {
          const server = servers[test.server || 'normal'];
          if (test.bare) return within(LIMIT, 'test', test.run({ server, servers, browser, screens }));
          const o = await open(browser, server, { ...(project ? projects[project] : projects['js-on']), ...(test.context || {}) }, test);
          try {
            await within(LIMIT, 'test', test.run({ ...o, server, browser, screens, project, js: project !== 'js-off', small: project === 'phone' || project === 'js-off' }));
            if (o.faults.length) throw new Error(o.faults.join('\n'));
          } catch (e) {
            const shot = path.join(screens, `failed-${name.replace(/[^a-z0-9]+/gi, '-')}.png`);
            await within(10000, 'picture', o.page.screenshot({ path: shot })).catch(() => {});
            e.message += `\n# at ${o.page.url()}${o.faults.length ? `\n# ${o.faults.join('\n# ')}` : ''}`;
            throw e;
          } finally {
            await within(20000, 'close', o.context.close()).catch(() => {});
          }
          return undefined;
        } });
      }
    }
  }
  let n = 0, passed = 0, failed = 0;
  const one = async (t) => {
    const at = Date.now();
    let fault = null;
    await t.run().catch((e) => { fault = e; });
    if (fault) failed++; else passed++;
    console.log(`${fault ? 'not ok' : 'ok'} ${++n} - ${t.name} (${Date.now() - at} ms)`);
    if (fault) console.log(String(fault.stack || fault).split('\n').slice(0, 30).map((l) => `# ${l.replace(/^# /, '')}`).join('\n'));
  };
  const work = async (list) => { while (list.length) await one(list.shift()); };
  // What measures time has one beside it or the machine for itself, and like what asks for more than the engine it gets the browser that people have
  for (const lanes of [0, 2, 1]) {
    const list = queue.filter((t) => t.lanes === lanes);
    if (lanes === 2 && queue.some((t) => t.lanes)) {
      await within(20000, 'close', browser.close()).catch(() => {});
      browser = await begin(executablePath);
    }
    // the clipboard is one for the whole browser: tests that look into it take turns
    const held = list.filter((t) => t.held), others = list.filter((t) => !t.held);
    await Promise.all([work(held).then(() => work(others)), ...Array.from({ length: (lanes || JOBS) - 1 }, () => work(others))]);
  }
  console.log(`1..${n}`);
  await within(20000, 'close', browser.close()).catch(() => {});
  const complaints = Object.values(servers).flatMap((s) => s.logs().split('\n')).filter((l) => /"level":"error"/.test(l) || /\(mod_|\(server|\(http/.test(l) && /error|abort/i.test(l));
  if (complaints.length) { failed++; console.log(`not ok ${++n} - web: a server complained\n# ${complaints.slice(0, 5).join('\n# ')}`); }
  await Promise.all(Object.values(servers).map((s) => s.stop()));
  console.log(`# ${Math.round((Date.now() - began) / 1000)} s`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed || !passed ? 1 : 0);
}
main().catch((e) => { console.log(`not ok 1 - web: ${e.stack}`); console.log('0 passed, 1 failed'); process.exit(1); });
