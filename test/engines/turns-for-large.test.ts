import test from 'ava';
import { type StubAnswer, stubbed } from './stub-engine.ts';

const large = Buffer.alloc(9 * 2 ** 20, ' ');
const small = Buffer.alloc(2 ** 20, ' ');

/** Gives much of an answer and never its end. */
const hog: StubAnswer = ({ response }) => response.write(large);
const honest = (spaces: Buffer): StubAnswer => {
  return ({ response }) => {
    response.write('[');
    response.write(spaces);
    response.end(']');
  };
};

test.serial('large answers wait for each other, and small ones for nobody', async (t) => {
  const hogs = await Promise.all(Array.from({ length: 6 }, () => stubbed(t, hog, { limits: { listMs: 4_000 } })));
  const [{ client: one }, { client: other }] = [await stubbed(t, honest(large)), await stubbed(t, honest(small))];
  for (const { client } of [...hogs, { client: one }, { client: other }]) await client.ping();
  const failures = Promise.allSettled(hogs.map(({ client }) => client.listContainers()));
  await new Promise((resolve) => setTimeout(resolve, 500));
  const start = performance.now();
  t.deepEqual(await other.listContainers(), []);
  t.true(performance.now() - start < 3_000, 'the small one');
  t.deepEqual(await one.listContainers(), []);
  t.true(performance.now() - start > 3_000, 'the large one waited');
  const codes = (await failures).map((end) => end.status === 'rejected' && end.reason.code);
  t.deepEqual(new Set(codes), new Set(['engine_timeout']));
});

test.serial('a place is given back, however an answer ends', async (t) => {
  const { client } = await stubbed(t, honest(large));
  const { client: breaks } = await stubbed(t, ({ response, socket }) => response.write(large, () => socket.destroy()));
  for (let i = 0; i < 6; i++) await t.throwsAsync(breaks.listContainers(), { code: 'engine_unreachable' });
  const calls = Array.from({ length: 12 }, (_, i) => client.listContainers({ label: `x=${i}` }));
  t.deepEqual(await Promise.all(calls), Array(12).fill([]));
});
