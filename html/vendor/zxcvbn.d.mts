// What strength.js uses of zxcvbn.mjs.
export class ZxcvbnFactory {
  constructor(options: { graphs: object; dictionary: Record<string, string[]>; maxLength?: number });
  check(password: string, own: string[]): { score: number };
}
