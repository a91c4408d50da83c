import crypto from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** What `generateKeyPair` gives where PEM texts are asked for. */
interface KeyTexts {
  readonly publicKey: string;
  readonly privateKey: string;
}

type GenerateKeys = (type: string, options: object) => Promise<KeyTexts>;

/**
 * AVA loads this before each file of `npm test`. RSA keys are most of the work of a certificate, and a run asks for
 * hundreds: so they are made once in a run, and every process takes the same ones, each key once.
 */
crypto.generateKeyPair = Object.assign(crypto.generateKeyPair, {
  [promisify.custom]: fromStock(resolve('.test/keys'), promisify(crypto.generateKeyPair) as GenerateKeys),
});

/** Gives the first, second, third key of the folder, and makes those that it does not have. */
export function fromStock(folder: string, generate: GenerateKeys): GenerateKeys {
  let taken = 0;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return async (type, options) => {
    taken += 1;
    const shape = crypto
      .createHash('sha256')
      .update(JSON.stringify([type, options]))
      .digest('hex')
      .slice(0, 12);
    const path = join(folder, `${shape}-${taken}.json`);
    try {
      return JSON.parse(readFileSync(path, 'utf8')) as KeyTexts;
    } catch {
      const keys = await generate(type, options);
      // Another process may make the same one: whoever is last is the one who is read.
      writeFileSync(`${path}.${process.pid}`, JSON.stringify(keys), { mode: 0o600 });
      renameSync(`${path}.${process.pid}`, path);
      return keys;
    }
  };
}
