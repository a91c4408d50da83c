import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { inspectContainer } from '../../src/commands/containers/inspect-container.ts';
import { registerEngine } from '../../src/commands/engines/register-engine.ts';
import { showEngine } from '../../src/commands/engines/show-engine.ts';
import { resyncEngine } from '../../src/engine-sync/resync-engine.ts';
import { runContainer } from '../../src/execution/run-container.ts';
import type { ImageConfig } from '../../src/model/image-config.ts';
import { strange } from '../engines/docker/documents.ts';
import { listAll, startCluster, type TestCluster } from '../fixtures/harness.ts';
import { DocumentEngine } from './document-engine.ts';

interface Scene {
  readonly cluster: TestCluster;
  readonly engine: DocumentEngine;
}

const image = (port: number): ImageConfig => {
  const bind_ports = [{ proto: 'tcp', port, container_port: 80 }] as const;
  return { name: 'demo/busybox:1', type: 'label', restart_policy: {}, memory: 100, bind_ports };
};

/** Three containers of ours, and two of others. */
async function start(t: ExecutionContext): Promise<Scene> {
  const cluster = await startCluster(t);
  const engine = new DocumentEngine('a');
  cluster.pool.engines.set('a', engine);
  await registerEngine(cluster, { id: 'a', addr: 'https://a.test:2376', labels: [] });
  for (const port of [8000, 8001, 8002]) await runContainer(cluster, image(port));
  for (const port of [9000, 9001]) engine.runForeign(`theirs-${port}`, image(port));
  await resyncEngine(cluster, 'a');
  return { cluster, engine };
}

const records = ({ cluster }: Scene) =>
  new Map(
    cluster.cache
      .reservations('a')
      .map((each) => [each.containerId ?? '', each] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
const condition = ({ cluster }: Scene) => cluster.cache.engine('a').value.condition;
const ids = ({ engine }: Scene) => [...engine.containers.keys()];

test('an invalid field of one of five containers affects neither the engine nor the other four', async (t) => {
  const scene = await start(t);
  const { cluster, engine } = scene;
  const before = records(scene);
  t.is(before.size, 5);
  const cases = fc.constantFrom(...ids(scene)).chain((id) => {
    const documents = fc.constantFrom('entry', 'inspection');
    return fc.record({ id: fc.constant(id), where: documents, seed: fc.nat() });
  });
  const check = fc.asyncProperty(cases, async ({ id, where, seed }) => {
    const change = (each: string, document: object) =>
      each === id ? fc.sample(strange(document), { numRuns: 1, seed })[0] : document;
    engine.changeEntry = where === 'entry' ? change : (_, entry) => entry;
    engine.changeInspection = where === 'inspection' ? change : (_, inspection) => inspection;
    cluster.details.forget('a');
    await resyncEngine(cluster, 'a');
    t.is(condition(scene), 'ok');
    const after = records(scene);
    for (const other of ids(scene)) if (other !== id) t.deepEqual(after.get(other), before.get(other));
    t.true(after.has(id), 'it is on record still');
    if (!before.get(id)?.isForeign) {
      // What it tells beside may be true, and is held as well.
      const held = new Map(after.get(id)?.claims.map(({ key, amount }) => [key, amount]));
      for (const { key, amount } of before.get(id)?.claims ?? []) t.true((held.get(key) ?? 0) >= amount, key);
    }
    const { containers, errors } = await listAll(cluster, { all: true });
    t.deepEqual(errors, []);
    t.true(containers.length >= 4);
  });
  await fc.assert(check, { numRuns: 100, seed: 1 });
  [engine.changeEntry, engine.changeInspection] = [(_, entry) => entry, (_, inspection) => inspection];
  cluster.details.forget('a');
  await resyncEngine(cluster, 'a');
  t.deepEqual(records(scene), before);
});

test('a container with a hanging inspection is listed with the reason, and not inspected at each resync', async (t) => {
  const scene = await start(t);
  const { cluster, engine } = scene;
  const id = engine.runForeign('hangs', image(9002));
  engine.hanging.add(id);
  const late = engine.runForeign('after', image(9003));
  await resyncEngine(cluster, 'a');
  t.is(condition(scene), 'ok');
  t.is((await cluster.store.sums('a')).get('port/tcp/9002'), 65_536, 'its port is counted');
  t.is((await cluster.store.sums('a')).get('memory'), 600, 'and the limits of those that answer');
  t.true(records(scene).has(late));
  for (let look = 0; look < 3; look++) await resyncEngine(cluster, 'a');
  const { containers, errors } = await listAll(cluster);
  t.deepEqual(errors, []);
  const unclear = new Map(containers.map((each) => [each.name, each.unclear]));
  t.regex(unclear.get('/hangs') ?? '', /keeps its inspection waiting/);
  t.is(unclear.get('/after'), undefined);
  t.regex((await inspectContainer(cluster, 'hangs')).container.unclear ?? '', /keeps its inspection waiting/);
  t.is(engine.calls.filter((call) => call === `inspectContainer ${id}`).length, 1);
});

test('inspected data stays in the ledger if a new server cannot inspect the container', async (t) => {
  const scene = await start(t);
  const { cluster, engine } = scene;
  const before = records(scene);
  cluster.details.forget('a');
  for (const id of ids(scene)) engine.hanging.add(id);
  await resyncEngine(cluster, 'a');
  t.deepEqual(records(scene), before);
});

test('an entry without an ID hides a container, whose record stays until an inspection finds it gone', async (t) => {
  const scene = await start(t);
  const { cluster, engine } = scene;
  const [hidden = '', gone = ''] = ids(scene);
  engine.changeEntry = (id, entry) => (id === hidden ? { ...entry, Id: 5 } : entry);
  engine.containers.delete(gone);
  await resyncEngine(cluster, 'a');
  t.is(condition(scene), 'ok');
  t.deepEqual([records(scene).has(hidden), records(scene).has(gone)], [true, false]);
  engine.containers.delete(hidden);
  await resyncEngine(cluster, 'a');
  t.false(records(scene).has(hidden));
});

test('a container of ours with unreadable labels and state keeps its record and claims', async (t) => {
  const scene = await start(t);
  const { cluster, engine } = scene;
  const before = records(scene);
  engine.changeEntry = (_, entry) => ({ ...entry, Labels: 5, State: 5 });
  await resyncEngine(cluster, 'a');
  t.deepEqual(records(scene), before);
});

test('an engine with more containers than the limit is ok and says so; recorded ones beyond the limit stay', async (t) => {
  const scene = await start(t);
  const { cluster, engine } = scene;
  const before = records(scene);
  // It runs, so that it comes before those that do not.
  engine.rest = Array(20_000).fill({ Id: 'f'.repeat(64), State: 'running', Image: 'b', Created: 0 });
  const [, gone = ''] = ids(scene);
  engine.containers.delete(gone);
  await resyncEngine(cluster, 'a');
  t.is(condition(scene), 'ok');
  for (const id of ids(scene)) t.deepEqual(records(scene).get(id), before.get(id), 'it is not listed, and not gone');
  t.false(records(scene).has(gone), 'its inspection says that it is gone');
  t.regex((await showEngine(cluster, 'a')).unclear ?? '', /more than 20000 entries/);
  engine.rest = [];
  await resyncEngine(cluster, 'a');
  t.is((await showEngine(cluster, 'a')).unclear, undefined);
});
