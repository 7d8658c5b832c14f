// preview-shots.cjs FOLDER [NAME...] - pictures of the pages that preview.sh made, in FOLDER/shots, and what axe finds on them.
// Needs playwright-core and axe-core (NODE_PATH may name where they are) and Chromium. AXE=0 leaves axe out; WIDTHS and THEMES narrow the rounds.
'use strict';
const { chromium } = require('playwright-core');
const fs = require('fs');
const path = require('path');

const folder = path.resolve(process.argv[2] || 'build/preview');
const names = process.argv.slice(3);
const widths = (process.env.WIDTHS || '360,768,1280').split(',').map(Number);
const themes = (process.env.THEMES || 'light,dark').split(',');
const axe = process.env.AXE === '0' ? '' : fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const types = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.svg': 'image/svg+xml' };
const csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

async function main() {
  const shots = path.join(folder, 'shots');
  fs.mkdirSync(shots, { recursive: true });
  const pages = fs.readdirSync(folder).filter((f) => f.endsWith('.html')).map((f) => f.slice(0, -5))
    .filter((n) => !names.length || names.some((x) => n === x || n.startsWith(x + '.')));
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'], timeout: 30000 });
  let bad = 0;
  const blame = (where, what) => { bad++; console.log(`${where}: ${what}`); };
  for (const theme of themes) {
    for (const width of widths) {
      const context = await browser.newContext({ viewport: { width, height: width < 700 ? 740 : 900 }, colorScheme: theme, bypassCSP: true });
      await context.route('**/*', (route) => {
        const file = path.join(folder, new URL(route.request().url()).pathname);
        if (!file.startsWith(folder) || !fs.existsSync(file)) return route.fulfill({ status: 404, body: '' });
        return route.fulfill({ body: fs.readFileSync(file), contentType: types[path.extname(file)] || 'text/plain', headers: { 'Content-Security-Policy': csp } });
      });
      const page = await context.newPage();
      let at = '';
      page.on('console', (m) => { if (m.type() === 'error') blame(at, m.text()); });
      for (const name of pages) {
        at = `${name} ${width} ${theme}`;
        await page.goto(`http://preview.test/${name}.html`, { timeout: 15000 });
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (over > 0) blame(at, `${over} px too wide`);
        // controls and links by themselves, not those within a sentence
        const small = await page.evaluate(() => [...document.querySelectorAll('button, .button, input:not([type=hidden]), select, nav a')]
          .filter((e) => !e.closest('.sr') && e.getClientRects().length && !e.matches('.sr, [type=checkbox], [type=radio]'))
          .filter((e) => { const r = e.getBoundingClientRect(); return r.height < 43.5 || r.width < 43.5; })
          .map((e) => e.outerHTML.slice(0, 80)));
        for (const s of small) blame(at, `smaller than 44 px: ${s}`);
        await page.screenshot({ path: path.join(shots, `${name}-${width}-${theme}.png`), fullPage: true });
        if (axe) {
          await page.evaluate(axe);
          const found = await page.evaluate(() => window.axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
          for (const v of found.violations) blame(at, `${v.id}: ${v.nodes.map((n) => n.target.join(' ') + ' ' + (n.any[0] ? n.any[0].message : '')).slice(0, 3).join(' | ')}`);
        }
      }
      await context.close();
    }
  }
  await browser.close();
  console.log(`${pages.length} pages, ${bad} findings`);
  process.exitCode = bad ? 1 : 0;
}
main();
