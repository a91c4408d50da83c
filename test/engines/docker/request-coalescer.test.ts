import test from 'ava';
import { RequestCoalescer } from '../../../src/engines/docker/request-coalescer.ts';
import { SatsumaError } from '../../../src/model/errors.ts';
import { json, stubbed } from '../stub-engine.ts';

/** Answers that the test gives, in the order in which they were asked for. */
function asked() {
  const questions = new RequestCoalescer();
  const open: PromiseWithResolvers[] = [];
  const send = () =>
    new Promise<number>((resolve, reject) => {
      open.push({ resolve, reject });
    });
  return { open, ask: (key = 'x') => questions.ask(key, send) };
}

interface PromiseWithResolvers {
  resolve(value: number): void;
  reject(error: unknown): void;
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('a caller during a request shares the next one', async (t) => {
  const { open, ask } = asked();
  const answers = [ask(), ask(), ask()];
  t.is(open.length, 1);
  open[0]?.resolve(1);
  await settled();
  t.is(open.length, 2);
  answers.push(ask());
  open[1]?.resolve(2);
  await settled();
  open[2]?.resolve(3);
  t.deepEqual(await Promise.all(answers), [1, 2, 2, 3]);
  void ask();
  t.is(open.length, 4, 'nothing is kept once nobody waits');
});

test('different requests are sent immediately', (t) => {
  const { open, ask } = asked();
  void ask('x');
  void ask('y');
  t.is(open.length, 2);
});

test('a failure affects only its callers: the next request is sent', async (t) => {
  const { open, ask } = asked();
  const [first, second] = [ask(), ask()];
  open[0]?.reject(new SatsumaError('engine_unreachable', 'x'));
  await t.throwsAsync(first, { code: 'engine_unreachable' });
  open[1]?.resolve(2);
  t.is(await second, 2);
});

test('no caller waits for two deadlines', async (t) => {
  const { open, ask } = asked();
  const waiting = [ask(), ask(), ask()];
  open[0]?.reject(new SatsumaError('engine_timeout', 'x'));
  for (const each of waiting) await t.throwsAsync(each, { code: 'engine_timeout' });
  const later = ask();
  open[1]?.resolve(2);
  t.is(await later, 2);
});

test.serial('a hanging engine gets few connections, however many callers there are, and none afterwards', async (t) => {
  const { stub, client } = await stubbed(t, () => undefined, { limits: { listMs: 2_000, connectMs: 10_000 } });
  await client.ping();
  const calls = Array.from({ length: 1_000 }, () => [client.listContainers(), client.listImages(), client.handshake()]);
  const start = performance.now();
  const ends = Promise.allSettled(calls.flat());
  await new Promise((resolve) => setTimeout(resolve, 500));
  t.true(stub.open() <= 3, `${stub.open()} connections`);
  const codes = (await ends).map((end) => end.status === 'rejected' && end.reason.code);
  t.deepEqual(new Set(codes), new Set(['engine_timeout']));
  t.true(performance.now() - start < 60_000, 'they wait together, and not one after the other');
  for (const end = Date.now() + 30_000; stub.open() > 0 && Date.now() < end; ) await settled();
  t.is(stub.open(), 0);
});

test('a thousand pulls of a hanging engine are limited, and block no list', async (t) => {
  const { stub, client } = await stubbed(
    t,
    ({ path, response }) => {
      if (path.includes('/containers/json')) json(response, 200, []);
    },
    { limits: { pullMs: 2_000 } },
  );
  await client.ping();
  const pulls = Promise.allSettled(Array.from({ length: 1_000 }, () => client.pullImage('x')));
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  t.deepEqual(await client.listContainers(), []);
  t.true(stub.open() <= 130, `${stub.open()} connections`);
  await pulls;
  for (const end = Date.now() + 30_000; stub.open() > 1 && Date.now() < end; ) await settled();
  t.true(stub.open() <= 1);
});
