import crypto from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
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

/** Whoever makes a key may have been killed meanwhile. */
const makingMs = 5_000;
const pollMs = 10;

/**
 * Gives the first, second, third key of the folder where texts are asked for, and makes those that it does not have. Processes that start at the same
 * time want the same keys: one of them makes a key, and the others wait for it.
 */
export function fromStock(folder: string, generate: GenerateKeys): GenerateKeys {
  let taken = 0;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return async (type, options) => {
    // A file has texts, and none of the objects that are given otherwise.
    if (!('privateKeyEncoding' in options)) return await generate(type, options);
    taken += 1;
    const shape = crypto
      .createHash('sha256')
      .update(JSON.stringify([type, options]))
      .digest('hex')
      .slice(0, 12);
    const path = join(folder, `${shape}-${taken}.json`);
    if (!existsSync(path) && isFirst(`${path}.making`)) return await make(path, () => generate(type, options));
    for (const end = performance.now() + makingMs; !existsSync(path); await sleep(pollMs)) {
      if (performance.now() > end) return await make(path, () => generate(type, options));
    }
    return JSON.parse(readFileSync(path, 'utf8')) as KeyTexts;
  };
}

/** The file with the key is there at once and whole. */
async function make(path: string, generate: () => Promise<KeyTexts>): Promise<KeyTexts> {
  const keys = await generate();
  writeFileSync(`${path}.${process.pid}`, JSON.stringify(keys), { mode: 0o600 });
  renameSync(`${path}.${process.pid}`, path);
  return keys;
}

/** Whether no other process has made this file before. */
function isFirst(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx', 0o600));
    return true;
  } catch {
    return false;
  }
}
