// strength.js - loaded when a new password is begun: zxcvbn-ts with the same 3,000 common words that the server uses.
import common from '../vendor/common-passwords.txt';
import graphs from '../vendor/adjacency-graphs.json';
import { ZxcvbnFactory } from '../vendor/zxcvbn.mjs';

const LONG = 72;
const zxcvbn = new ZxcvbnFactory({ graphs, dictionary: { passwords: common.trim().split('\n') }, maxLength: LONG });

/** @param {string} text @param {string[]} own what belongs to the person: name, address, site
 * @returns {number} 0 to 4, the bands of the server: 10^3, 10^6, 10^8, 10^10 guesses */
export function rate(text, own) {
  const parts = own.flatMap((o) => [o, ...o.split(/[^\p{L}\p{N}]+/u)]).filter((p) => p.length > 2);
  return zxcvbn.check(text, [...parts, 'vaultsphere']).score;
}
