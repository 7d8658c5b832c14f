// lighthouse.cjs - runs of Lighthouse in a thread of its own, one after the other: two runs in one thread would take each other's marks of time.
// A message { port, url, desktop }, the first of a Chromium, is answered by { lhr }, what Lighthouse found, or { fault }.
'use strict';
const path = require('path');
const { parentPort } = require('worker_threads');

const found = require.resolve('lighthouse');
const flags = { output: 'json', logLevel: 'silent', disableStorageReset: true, onlyCategories: ['performance', 'accessibility', 'best-practices'],
  disableFullPageScreenshot: true }; // a picture for the report, which nobody looks at, costs a second

parentPort.on('message', async ({ port, url, desktop }) => {
  try {
    const lighthouse = (await import(found)).default;
    const config = desktop ? (await import(path.join(path.dirname(found), 'config/desktop-config.js'))).default : undefined;
    const { lhr } = await lighthouse(url, { ...flags, port }, config);
    parentPort.postMessage({ lhr });
  } catch (e) {
    parentPort.postMessage({ fault: e.stack });
  }
});
