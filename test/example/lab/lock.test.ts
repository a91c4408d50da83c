import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import test from 'ava';
import { withLock } from '../../../example/lab/lock.ts';

/** TypeScript or compiled, as this file is. */
const lockModule = new URL(`../../../example/lab/lock${extname(import.meta.url)}`, import.meta.url).href;

test('under one key there is one at a time, and an error frees it', async (t) => {
  const key = `test-${process.pid}-one`;
  let inside = 0;
  const work = async (): Promise<void> => {
    inside += 1;
    t.is(inside, 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    inside -= 1;
    throw new Error('done');
  };
  const results = await Promise.allSettled([withLock(key, work), withLock(key, work), withLock(key, work)]);
  t.deepEqual(
    results.map(({ status }) => status),
    ['rejected', 'rejected', 'rejected'],
  );
});

test('different keys do not wait for each other', async (t) => {
  const key = `test-${process.pid}-outer`;
  t.is(await withLock(key, () => withLock(`${key}-inner`, async () => 'both')), 'both');
});

test('a holder that is killed leaves no lock', async (t) => {
  const key = `test-${process.pid}-killed`;
  const script = `
    const { withLock } = await import(${JSON.stringify(lockModule)});
    await withLock(${JSON.stringify(key)}, () => { console.log('held'); return new Promise((resolve) => setTimeout(resolve, 60000)); });`;
  const holder = spawn(process.execPath, [...process.execArgv, '--input-type=module', '-e', script]);
  t.teardown(() => holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');
  let isFree = false;
  const waiting = withLock(key, async () => {
    isFree = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  t.false(isFree);
  holder.kill('SIGKILL');
  await waiting;
  t.true(isFree);
});
