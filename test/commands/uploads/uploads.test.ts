import { createHash } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { type UploadBounds, Uploads } from '../../../src/commands/uploads/uploads.ts';
import type { SpoolOptions } from '../../../src/execution/archives/spool.ts';

function uploads(t: ExecutionContext, bounds: Partial<UploadBounds> = {}, spool: SpoolOptions = {}): Uploads {
  const made = new Uploads(bounds, spool);
  t.teardown(() => made.close());
  return made;
}

function announced(text: string) {
  return { size: text.length, sha256: createHash('sha256').update(text).digest('hex') };
}

const stop = () => undefined;

async function* chunks(...texts: readonly string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

async function textOf(bytes: AsyncIterable<Buffer>): Promise<string> {
  const all: Buffer[] = [];
  for await (const each of bytes) all.push(each);
  return Buffer.concat(all).toString();
}

/** What is thrown. */
async function failure(work: () => unknown): Promise<{ readonly code?: string; readonly details?: unknown }> {
  try {
    await work();
    return {};
  } catch (error) {
    return error as Error & { code?: string };
  }
}

test('what arrived before a connection broke is kept, and the rest makes it whole', async (t) => {
  const made = uploads(t);
  const { id } = await made.create('me', announced('abcdef'));
  const broken = async function* () {
    yield Buffer.from('abc');
    throw new Error('cut');
  };
  await t.throwsAsync(made.append('me', id, { offset: 0, bytes: broken(), stop }), { message: 'cut' });
  t.is(made.inspect('me', id).offset, 3);
  t.like(await failure(() => made.open('me', id)), { code: 'upload_offset', details: { offset: 3 } });
  t.like(await made.create('me', announced('abcdef')), { id, offset: 3 });
  t.is((await made.append('me', id, { offset: 3, bytes: chunks('de', 'f'), stop })).offset, 6);
  t.is(await textOf(made.open('me', id)), 'abcdef');
});

test('bytes at another offset are refused, with the right one, and change nothing', async (t) => {
  const made = uploads(t);
  const { id } = await made.create('me', announced('abcdef'));
  await made.append('me', id, { offset: 0, bytes: chunks('ab'), stop });
  for (const offset of [0, 1, 3]) {
    const refused = await failure(() => made.append('me', id, { offset, bytes: chunks('x'), stop }));
    t.like(refused, { code: 'upload_offset', details: { offset: 2 } });
  }
  t.is(made.inspect('me', id).offset, 2);
});

test('an upload of somebody else is none, and the same bytes of two owners are two uploads', async (t) => {
  const made = uploads(t);
  const { id } = await made.create('me', announced('abc'));
  for (const work of [
    () => made.inspect('you', id),
    () => made.open('you', id),
    () => made.append('you', id, { offset: 0, bytes: chunks('abc'), stop }),
  ])
    t.is((await failure(work)).code, 'no_such_upload');
  made.remove('you', id);
  t.is(made.inspect('me', id).offset, 0);
  t.not((await made.create('you', announced('abc'))).id, id);
});

test('bytes with another digest, or more of them, are refused', async (t) => {
  const made = uploads(t);
  const { id } = await made.create('me', announced('abc'));
  t.is((await failure(() => made.append('me', id, { offset: 0, bytes: chunks('abcd'), stop }))).code, 'invalid');
  t.is((await failure(() => made.append('me', id, { offset: 0, bytes: chunks('abx'), stop }))).code, 'invalid');
  // There is nothing to go on with.
  t.is((await failure(() => made.inspect('me', id))).code, 'no_such_upload');
});

test('a new connection ends the one that it replaces, so that both never write', async (t) => {
  const made = uploads(t);
  const { id } = await made.create('me', announced('abcdef'));
  const dead = new PassThrough();
  const first = made.append('me', id, {
    ...{ offset: 0, bytes: dead, stop: () => void dead.destroy(new Error('replaced')) },
  });
  dead.write('abc');
  while (made.inspect('me', id).offset < 3) await new Promise((resolve) => setImmediate(resolve));
  const [, second] = await Promise.all([
    t.throwsAsync(first, { message: 'replaced' }),
    made.append('me', id, { offset: 3, bytes: chunks('def'), stop }),
  ]);
  t.is(second.offset, 6);
});

test("uploads are bounded: an owner's own make room, those of others and those in use do not", async (t) => {
  const made = uploads(t, { count: 3, countOfOwner: 2, bytes: 100, bytesOfOne: 60 });
  t.is((await failure(() => made.create('me', { size: 61, sha256: 'a' }))).code, 'invalid');
  const first = await made.create('me', announced('1'));
  const second = await made.create('me', announced('2'));
  made.inspect('me', first.id);
  await made.create('me', announced('3'));
  t.is((await failure(() => made.inspect('me', second.id))).code, 'no_such_upload', 'the least recently used one');
  t.is(made.inspect('me', first.id).offset, 0);
  await made.create('you', announced('4'));
  t.is((await failure(() => made.create('they', announced('5')))).code, 'too_many_readers');
  // By bytes: two of 60 are more than 100.
  const large = await made.create('me', { size: 60, sha256: 'a' });
  t.is((await failure(() => made.create('you', { size: 60, sha256: 'b' }))).code, 'too_many_readers');
  const body = new PassThrough();
  t.teardown(() => body.destroy());
  const writing = made.append('me', large.id, { offset: 0, bytes: body, stop: () => void body.destroy() });
  t.is((await failure(() => made.create('me', { size: 60, sha256: 'c' }))).code, 'too_many_readers', 'it is in use');
  body.end('x');
  await writing;
  t.is((await made.create('me', { size: 60, sha256: 'c' })).offset, 0);
});

test('an upload that nobody uses expires, and one that is read does not', async (t) => {
  const made = uploads(t, { keptMs: 20 });
  const { id } = await made.create('me', announced('abc'));
  await made.append('me', id, { offset: 0, bytes: chunks('abc'), stop });
  const reading = made.open('me', id)[Symbol.asyncIterator]();
  await reading.next();
  const other = await made.create('me', announced('other'));
  while (!(await failure(() => made.open('me', other.id))).code?.startsWith('no_such')) await setTimeout(40);
  t.is((await made.create('me', announced('abc'))).id, id);
  t.true((await reading.next()).done);
});

test('what is removed while it is read can be read to its end', async (t) => {
  const made = uploads(t);
  const { id } = await made.create('me', announced('abc'));
  await made.append('me', id, { offset: 0, bytes: chunks('abc'), stop });
  const reading = made.open('me', id)[Symbol.asyncIterator]();
  t.is(String((await reading.next()).value), 'abc');
  made.remove('me', id);
  t.true((await reading.next()).done);
  t.is((await failure(() => made.open('me', id))).code, 'no_such_upload');
});

test('a full disk is told, and the upload is gone', async (t) => {
  const made = uploads(t, {}, { freeBytes: async () => 0 });
  const { id } = await made.create('me', announced('abc'));
  const { code } = await failure(() => made.append('me', id, { offset: 0, bytes: chunks('abc'), stop }));
  t.is(code, 'disk_full');
  t.is((await failure(() => made.inspect('me', id))).code, 'no_such_upload');
});
