import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import test from 'ava';
import { temporaryFolder } from '../temporary-folder.ts';
import { fromStock } from './key-stock.ts';

const privateKeyEncoding = { type: 'pkcs8', format: 'pem' };
const options = { modulusLength: 2048, privateKeyEncoding };

test('every process gets the same keys, and none of them twice', async (t) => {
  const folder = temporaryFolder(t);
  let made = 0;
  const generate = async () => {
    made += 1;
    return { publicKey: `public ${made}`, privateKey: `private ${made}` };
  };
  const take = async (count: number) => {
    const next = fromStock(folder, generate);
    const keys: string[] = [];
    for (let index = 0; index < count; index++) keys.push((await next('rsa', options)).privateKey);
    return keys;
  };
  t.deepEqual(await take(2), ['private 1', 'private 2']);
  t.deepEqual(await take(3), ['private 1', 'private 2', 'private 3']);
  t.is(made, 3);
});

test('of processes that want the same key at once, one makes it', async (t) => {
  const folder = temporaryFolder(t);
  let made = 0;
  const generate = async () => {
    made += 1;
    await new Promise((resolve) => setImmediate(resolve));
    return { publicKey: `public ${made}`, privateKey: `private ${made}` };
  };
  const taken = [1, 2, 3].map(() => fromStock(folder, generate)('rsa', options));
  t.deepEqual(
    (await Promise.all(taken)).map(({ privateKey }) => privateKey),
    ['private 1', 'private 1', 'private 1'],
  );
  t.is(made, 1);
});

test('keys of another kind are others', async (t) => {
  const folder = temporaryFolder(t);
  const next = () =>
    fromStock(folder, async (type, asked) => {
      const name = `${type} ${JSON.stringify({ ...asked, privateKeyEncoding: undefined })}`;
      return { publicKey: name, privateKey: name };
    });
  t.is((await next()('rsa', options)).publicKey, 'rsa {"modulusLength":2048}');
  t.is((await next()('rsa', { ...options, modulusLength: 4096 })).publicKey, 'rsa {"modulusLength":4096}');
});

test('keys that are no texts are made for whoever asks: a file has none of them', async (t) => {
  const folder = temporaryFolder(t);
  const next = () => fromStock(folder, promisify(generateKeyPair) as never);
  for (const each of [next(), next()]) {
    const { privateKey } = (await each('ec', { namedCurve: 'P-256' })) as unknown as { privateKey: KeyObject };
    t.is(privateKey.type, 'private');
  }
});
