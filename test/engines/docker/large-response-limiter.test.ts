import test from 'ava';
import { type StubAnswer, stubbed } from '../stub-engine.ts';

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

test.serial('large responses wait for each other, small ones do not', async (t) => {
  const hogs = await Promise.all(Array.from({ length: 6 }, () => stubbed(t, hog, { limits: { listMs: 6_000 } })));
  const [{ client: one }, { client: other }] = [await stubbed(t, honest(large)), await stubbed(t, honest(small))];
  for (const { client } of [...hogs, { client: one }, { client: other }]) await client.ping();
  let ended = 0;
  const lists = hogs.map(({ client }) => client.listContainers().finally(() => ended++));
  const failures = Promise.allSettled(lists);
  await new Promise((resolve) => setTimeout(resolve, 500));
  t.deepEqual(await other.listContainers(), []);
  t.is(ended, 0, 'the small one did not wait');
  t.deepEqual(await one.listContainers(), []);
  t.true(ended > 0, 'the large one waited');
  const codes = (await failures).map((end) => end.status === 'rejected' && end.reason.code);
  t.deepEqual(new Set(codes), new Set(['engine_timeout']));
});

test.serial('a slot is released however a response ends', async (t) => {
  const limits = { listMs: 60_000 };
  const { client } = await stubbed(t, honest(large), { limits });
  const breaking: StubAnswer = ({ response, socket }) => response.write(large, () => socket.destroy());
  const { client: breaks } = await stubbed(t, breaking, { limits });
  for (let i = 0; i < 6; i++) await t.throwsAsync(breaks.listContainers(), { code: 'engine_unreachable' });
  const calls = Array.from({ length: 12 }, (_, i) => client.listContainers({ label: `x=${i}` }));
  t.deepEqual(await Promise.all(calls), Array(12).fill([]));
});
