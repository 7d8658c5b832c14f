// browser.cjs - Debian's Chromium, and contexts that watch: no request leaves the origin, no policy is violated, nothing is complained of in the console.
'use strict';
const { chromium } = require('playwright-core');
const { address } = require('./person.cjs');

const executablePath = process.env.CHROMIUM || '/usr/bin/chromium';
// The same engine without windows, profiles and their services: a context and its first page cost a third of the time
const shell = process.env.CHROMIUM_SHELL || '/usr/bin/chromium-headless-shell';

/** @param {{ spki: string }[]} servers */
const launch = (servers, program) => chromium.launch({
  executablePath: program, timeout: 30000,
  args: ['--no-sandbox', `--ignore-certificate-errors-spki-list=${servers.map((s) => s.spki).join(',')}`],
});

/** The three ways in which every journey is made. */
const projects = {
  'js-on': { viewport: { width: 1280, height: 900 } },
  'js-off': { viewport: { width: 360, height: 740 }, javaScriptEnabled: false },
  phone: { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
};

// A browser writes a line when the server refuses; the refusal is what such a test is about.
const refusal = /Failed to load resource: the server responded with a status of (400|401|403|404|409|413|422|429|503)/;

/** @returns {Promise<{ context: import('playwright-core').BrowserContext, page: import('playwright-core').Page, faults: string[] }>} */
async function open(browser, server, options = {}, more = {}) {
  const context = await browser.newContext({ ...options, ignoreHTTPSErrors: true, extraHTTPHeaders: { 'X-Forwarded-For': address() } });
  const faults = [];
  context.setDefaultTimeout(15000);
  context.on('request', (r) => {
    const u = r.url();
    if (!u.startsWith(`${server.url}/`) && !/^(data|blob|about):/.test(u)) faults.push(`a request left the origin: ${u}`);
  });
  const watch = (page) => {
    page.on('console', (m) => {
      if (m.type() === 'error' && !refusal.test(m.text()) && !(more.offline && /ERR_(CONNECTION|INTERNET)/.test(m.text()))) faults.push(`console: ${m.text()}`);
      if (m.text().startsWith('VIOLATION')) faults.push(m.text());
    });
    page.on('pageerror', (e) => faults.push(`error: ${e.message} ${(e.stack || '').split('\n')[1] || ''}`));
  };
  context.on('page', watch);
  if (options.javaScriptEnabled !== false) {
    await context.addInitScript(() => addEventListener('securitypolicyviolation', (e) => console.info(`VIOLATION ${e.violatedDirective} ${e.blockedURI} ${e.sample}`)));
  }
  const page = await context.newPage();
  return { context, page, faults };
}

module.exports = { launch, projects, open, executablePath, shell };
