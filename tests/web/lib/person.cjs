// person.cjs - people of the tests: registered through the addresses that programs use, with oathtool for an authenticator.
'use strict';
const { execFileSync } = require('child_process');

const PASSWORD = 'quiet lagoon under amber light';
let count = 0;

/** The code that an authenticator shows. @param {string} secret base32 @param {number} [ahead] seconds */
function code(secret, ahead = 0) {
  const now = Math.floor(Date.now() / 1000) + ahead;
  return execFileSync('oathtool', ['--totp', '--base32', '--now', `@${now}`, secret.replace(/\s/g, '')], { encoding: 'utf8' }).trim();
}

/** A code that was not used yet, whatever was used before: time cannot be turned, the record's counter can. */
function freshCode(server, secret) {
  server.sql('UPDATE users SET totp_last=0');
  return code(secret);
}

const name = (start = 'reader') => `${start}${process.pid}n${++count}`;
const address = () => `10.9.${1 + (++count % 250)}.${1 + Math.floor(Math.random() * 250)}`;

async function call(request, server, method, path, data, status) {
  const r = await request.fetch(server.url + path, {
    maxRetries: 1, // a connection kept alive may be closed by the server at the very moment when it is used again
    method, headers: { Origin: server.url, Accept: 'application/json', ...(data ? { 'Content-Type': 'application/json' } : {}) }, data: data && JSON.stringify(data),
  });
  if (r.status() !== status) throw new Error(`${method} ${path}: ${r.status()}, wanted ${status}: ${await r.text()}`);
  return r.status() === 204 ? null : r.json();
}

/** A person with a session in this context. */
async function join(context, server) {
  const who = { username: name(), password: PASSWORD };
  const first = await call(context.request, server, 'POST', '/register', { username: who.username, email: `${who.username}@example.org`, password: PASSWORD }, 201);
  const { phrase } = await call(context.request, server, 'POST', '/register/totp', { code: code(first.secret) }, 200);
  const words = phrase.split(' ');
  await call(context.request, server, 'POST', '/register/phrase', { word2: words[1], word4: words[3] }, 201);
  return { ...who, secret: first.secret, phrase };
}

/** Entries for a person, many at a time. @returns {Promise<string[]>} ids */
async function fill(context, server, entries) {
  const ids = [];
  for (let i = 0; i < entries.length; i += 4) {
    const made = await Promise.all(entries.slice(i, i + 4).map((e) => call(context.request, server, 'POST', '/api/entries', e, 201)));
    ids.push(...made.map((e) => e.id));
  }
  return ids;
}

/** Thousands of entries for a person, as a file that is imported: one request writes hundreds of them. */
async function pour(context, server, entries) {
  const cell = (v) => `"${String(v ?? '').replaceAll('"', '""')}"`;
  const text = ['folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp',
    ...entries.map((e) => [e.tags, e.favorite ? 1 : '', 'login', e.site, e.notes, '', 0, e.url, e.username, e.password, ''].map(cell).join())].join('\n');
  const { id } = await call(context.request, server, 'POST', '/import', { text }, 200);
  let done = { state: 'running' };
  while (done.state === 'running') done = await call(context.request, server, 'POST', '/import/preview', { id }, 200);
  if (done.created !== entries.length) throw new Error(`imported: ${JSON.stringify(done)}`);
}

const SITES = ['Amber Post', 'Bay Library', 'Cove Bakery', 'Dune Rail', 'Estuary Bank', 'Fjord Mail', 'Gull Garden', 'Harbour Tax', 'Isle Energy', 'Jetty Games'];
/** @param {number} n */
const many = (n) => Array.from({ length: n }, (_, i) => ({
  site: `${SITES[i % SITES.length]} ${String(i + 1).padStart(n > 999 ? 4 : 3, '0')}`, url: `https://www.site${i}.example/login`, username: `maren.holt+${i}@example.org`,
  password: `pw ${i} ${(i * 7919).toString(36)} Lagoon`, tags: i % 3 ? 'home' : 'work, money', notes: i % 10 ? '' : 'Customer number 4711', favorite: i % 17 === 0,
}));

module.exports = { PASSWORD, code, freshCode, name, address, join, fill, pour, many, call };
