import test, { type ExecutionContext } from 'ava';
import { inspectDocument } from '../../src/commands/containers/inspect-container.ts';
import { startContainer as startContainerOf } from '../../src/commands/containers/start-container.ts';
import { killContainer, stopContainer } from '../../src/commands/containers/stop-container.ts';
import { resyncEngine } from '../../src/engine-sync/resync-engine.ts';
import { runContainer } from '../../src/execution/run-container.ts';
import { unlessFrozen } from '../../src/execution/unless-frozen.ts';
import { EngineSilence } from '../../src/model/engine-silence.ts';
import { busybox } from '../decisions/services/views.ts';
import type { FakeEngine } from '../engines/fake-engine.ts';
import { startCluster } from '../fixtures/harness.ts';
import { overlay } from '../fixtures/overlay.ts';

const never = () => new Promise<never>(() => undefined);
const limits = { quietMs: 5, pingMs: 5 };

/** An engine with a container, some of whose calls never end. */
async function open(t: ExecutionContext, calls: Partial<FakeEngine>) {
  const cluster = await startCluster(t, {
    engines: 1,
    settings: { deadlines: { startMs: 60_000, restartMs: 30_000 } },
  });
  await runContainer(cluster, { ...busybox, container_name: 'till' });
  const [engine] = cluster.engines;
  if (!engine) throw new Error('no engine');
  const pool = overlay(cluster.pool, { client: () => overlay(engine, calls) });
  return { cluster: { ...cluster, pool }, engine };
}

test('an engine that answers neither a call nor a ping is frozen, and is not waited for', async (t) => {
  const { cluster } = await open(t, { ping: never, inspectDocument: never, killContainer: never });
  const message = /^engine a does not answer: neither this call in 0\.01 s nor a ping in 0\.005 s$/;
  await t.throwsAsync(unlessFrozen(cluster, 'a', never(), limits), { code: 'engine_timeout', message });
  const frozen = { code: 'engine_timeout', message: /does not answer: neither this call/ };
  await Promise.all([
    t.throwsAsync(inspectDocument(cluster, 'till'), frozen),
    t.throwsAsync(killContainer(cluster, 'till'), frozen),
  ]);
});

test('a ping that ends by its own deadline, before that of whoever waits, tells of a frozen engine as well', async (t) => {
  const ping = () => Promise.reject(new EngineSilence('engine_timeout', 'no answer within 1 ms'));
  const { cluster } = await open(t, { ping });
  const waiting = unlessFrozen(cluster, 'a', never(), { quietMs: 5, pingMs: 60_000 });
  await t.throwsAsync(waiting, { code: 'engine_timeout', message: /does not answer/ });
});

test('a start of a container on an engine that is cut off is not repeated as on one that restarts', async (t) => {
  let starts = 0;
  const startContainer = async (id: string) => {
    starts += 1;
    throw new EngineSilence('engine_unreachable', `engine a cannot be reached to start container ${id}`);
  };
  const { cluster, engine } = await open(t, { startContainer });
  const [id = ''] = engine.containers.keys();
  await stopContainer(cluster, id);
  await t.throwsAsync(startContainerOf(cluster, id), { code: 'engine_unreachable', message: /start container till/ });
  t.is(starts, 1);
});

test('an engine that works on a call for long is waited for while it answers pings, or fails them', async (t) => {
  for (const ping of [() => Promise.resolve(), () => Promise.reject(new Error('refused'))]) {
    let pings = 0;
    let end: (result: string) => void = () => undefined;
    const work = new Promise<string>((resolve) => {
      end = resolve;
    });
    const counted = () => {
      pings += 1;
      if (pings === 3) end('done');
      return ping();
    };
    const { cluster } = await open(t, { ping: counted });
    t.is(await unlessFrozen(cluster, 'a', work, limits), 'done');
  }
});

test('an engine that went down without a word is not waited for as one that restarts', async (t) => {
  const { cluster, engine } = await open(t, {});
  engine.fail('any', 'engine_timeout');
  await resyncEngine(cluster, 'a');
  t.like(cluster.cache.engine('a').value, { condition: 'down', isSilent: true });
  const before = engine.calls.length;
  await t.throwsAsync(inspectDocument(cluster, 'till'), { code: 'engine_timeout' });
  t.is(engine.calls.length, before + 1);
  engine.heal();
  await resyncEngine(cluster, 'a');
  t.is(cluster.cache.engine('a').value.isSilent, undefined);
});

test('an engine that broke its connections may be silent while it restarts', async (t) => {
  const { cluster, engine } = await open(t, {});
  engine.fail('any', 'engine_unreachable');
  await resyncEngine(cluster, 'a');
  engine.heal();
  engine.fail('any', 'engine_timeout');
  await resyncEngine(cluster, 'a');
  t.is(cluster.cache.engine('a').value.isSilent, undefined);
  engine.heal();
  engine.fail('inspectDocument', 'engine_timeout', { times: 2 });
  await t.notThrowsAsync(inspectDocument(cluster, 'till'));
});
