// steps.cjs - what the tests of scripts have in common.
'use strict';
const assert = require('assert');

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

module.exports = { button, link, says, copying, BANK, pasted, mark, sameDocument, counted };
