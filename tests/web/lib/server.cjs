// server.cjs - the real thing: start script, lighttpd with TLS, release programs, a data folder of its own.
'use strict';
const { spawn, execFileSync } = require('child_process');
const fs = require('fs');
const net = require('net');
const os = require('os');
const path = require('path');
const { X509Certificate, createHash } = require('crypto');

const top = path.resolve(__dirname, '../../..');
const build = path.resolve(top, process.env.B || 'build');

const freePort = () => new Promise((done, fail) => {
  const s = net.createServer();
  s.on('error', fail);
  s.listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => done(port)); });
});

/** @param {Record<string, string>} env more of what ops/start.sh reads */
async function start(env = {}) {
  const data = fs.mkdtempSync(path.join(os.tmpdir(), 'vs-web-'));
  const port = await freePort();
  const child = spawn(path.join(top, 'ops/start.sh'), [], {
    env: { PATH: process.env.PATH, HOME: data, BUILD: build, STORE: 'sqlite', DATA: data, PORT: String(port), TLS: 'auto', VERSION: 'test', TRUSTED_PROXIES: '127.0.0.1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  await new Promise((done, fail) => {
    const late = setTimeout(() => fail(new Error(`the server did not start: ${said}`)), 20000);
    const read = (b) => { said += b; if (said.includes('answers at')) { clearTimeout(late); done(); } };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('exit', (code) => { clearTimeout(late); fail(new Error(`the server ended with ${code}: ${said}`)); });
  });
  const cert = new X509Certificate(fs.readFileSync(path.join(data, 'tls/server.crt')));
  return {
    url: `https://localhost:${port}`, data,
    // the one key that browsers of the tests take: service workers want a certificate without complaint
    spki: createHash('sha256').update(cert.publicKey.export({ type: 'spki', format: 'der' })).digest('base64'),
    sql: (text) => execFileSync('sqlite3', ['-cmd', '.timeout 5000', path.join(data, 'vault.db'), text], { encoding: 'utf8' }),
    /** What who runs the server can do to people. @param {...string} words */
    admin: (...words) => execFileSync(path.join(build, 'sqlite/tools/vs-admin'), words, { env: { VAULTSPHERE_CONF: path.join(data, 'run/vaultsphere.conf') }, encoding: 'utf8' }),
    logs: () => fs.readdirSync(path.join(data, 'log')).map((f) => fs.readFileSync(path.join(data, 'log', f), 'utf8')).join('\n'),
    stop: () => new Promise((done) => {
      child.removeAllListeners('exit');
      child.on('exit', () => { fs.rmSync(data, { recursive: true, force: true }); done(); });
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), 15000).unref();
    }),
  };
}

module.exports = { start, build, top };
