import test from 'ava';
import { Random } from '../../bench/random.ts';
import { buildRegistry } from '../../schedulers/index.ts';
import type { Advice } from '../../src/model/advice.ts';
import type { EngineSnapshot } from '../../src/model/engine-snapshot.ts';
import type { ImageConfig } from '../../src/model/image-config.ts';
import { advise } from '../../src/placement/advise.ts';
import { FleetIndex } from '../../src/placement/fleet-index.ts';
import { place } from '../../src/placement/place.ts';
import { schedulersFor } from '../../src/placement/schedulers-for.ts';
import { sumClaims } from '../../src/placement/snapshot.ts';
import { held, imageConfig, snapshot } from './engines.ts';
import { registry as pickyRegistry, randomEngine, randomImage } from './random-fleet.ts';

const registry = buildRegistry();

function adviseOn(engines: readonly EngineSnapshot[], asked: Partial<ImageConfig>): readonly Advice[] {
  const image = imageConfig({ type: 'label', ...asked });
  return advise(image, schedulersFor(image.type, registry), engines);
}

const messages = (advice: readonly Advice[]) => advice.map(({ message }) => message);

test('what is short is made by stopping the smallest container that is enough, or by asking for what is left', (t) => {
  const engines = [
    snapshot({ id: 'web-1', held: { huge: [held('memory', 4000)] } }),
    snapshot({
      id: 'web-2',
      held: { 'batch-6': [held('memory', 128)], 'batch-7': [held('memory', 256)], db: [held('memory', 3400)] },
    }),
  ];
  t.deepEqual(adviseOn(engines, { memory: 512 }), [
    { message: 'stop batch-7 (256 MB) on web-2', engine: 'web-2', stop: ['batch-7'] },
    { message: 'ask for at most 312 MB of memory', ask: { memory: 312 } },
  ]);
});

test('a replica is not to be stopped: another one would come', (t) => {
  const replica = { key: 'service/web', amount: 1, limit: null };
  const engine = snapshot({ held: { 'web.1.abc': [held('memory', 4096), replica] } });
  t.deepEqual(adviseOn([engine], { memory: 512 }), []);
});

test('a port, a name, a label and a constraint are taken from what is asked for, or made right on the engine', (t) => {
  const ports = { bind_ports: [{ proto: 'tcp', port: 80, container_port: 80 }] } as const;
  const proxy = snapshot({ id: 'a', held: { proxy: [held('port/tcp/80', 65_536)] } });
  t.deepEqual(adviseOn([proxy], ports), [
    { message: 'stop proxy on a', engine: 'a', stop: ['proxy'] },
    {
      message: 'let the engine choose the host port instead of 80/tcp',
      ask: { bind_ports: [{ proto: 'tcp', container_port: 80 }] },
    },
  ]);
  const named = snapshot({ id: 'a', held: { web: [held('name/web', 1)] } });
  t.deepEqual(messages(adviseOn([named], { container_name: 'web' })), ['stop web on a', 'take another name than web']);
  t.deepEqual(adviseOn([snapshot({ id: 'a', labels: ['eu'] })], { labels: ['eu', 'ssd'] }), [
    { message: 'give a the label ssd', engine: 'a', labels: ['ssd'] },
    { message: 'leave out the label ssd', ask: { labels: ['eu'] } },
  ]);
  t.deepEqual(messages(adviseOn([snapshot()], { constraints: ['zone==eu', 'node!=two'] })), [
    'leave out the constraint zone==eu',
  ]);
});

test('several reasons of one engine are told together', (t) => {
  const engine = snapshot({ id: 'a', intent: 'maintenance', held: { big: [held('cpu', 3000), held('memory', 4000)] } });
  t.deepEqual(messages(adviseOn([engine], { cpus: 2, memory: 2000 })), [
    'stop big (4000 MB) on a, and put a to use again',
  ]);
  const full = snapshot({ held: { big: [held('cpu', 3000), held('memory', 4000)] } });
  t.deepEqual(messages(adviseOn([full], { cpus: 2, memory: 2000 })), [
    'stop big (4000 MB) on one',
    'ask for at most 1 CPUs, and ask for at most 96 MB of memory',
  ]);
});

test('where nothing helps nothing is advised', (t) => {
  t.deepEqual(adviseOn([], {}), []);
  t.deepEqual(adviseOn([snapshot({ condition: 'down' })], {}), []);
});

test('of a thousand random refusals each advice, once it is followed, makes a place', (t) => {
  const random = new Random(13);
  let refusals = 0;
  let advised = 0;
  while (refusals < 1_000) {
    const engines = Array.from({ length: random.between(1, 5) }, (_, row) => randomEngine(row, random));
    const image = randomImage(random);
    const canRun = (asked: ImageConfig, fleet: readonly EngineSnapshot[]) =>
      place({
        ...{ image: asked, schedulers: schedulersFor(asked.type, pickyRegistry), strategy: 'binpack', turn: 0 },
        fleet: new FleetIndex(fleet),
      }).candidateCount > 0;
    if (canRun(image, engines)) continue;
    refusals += 1;
    const advice = advise(image, schedulersFor(image.type, pickyRegistry), engines);
    advised += Math.min(1, advice.length);
    for (const each of advice) {
      const done = engines.map((engine) => (engine.id === each.engine ? followed(engine, each) : engine));
      t.true(canRun(asAdvised(image, each), done), `${each.message}: ${JSON.stringify(image)}`);
    }
  }
  // The rest has no engine that is well, or asks for a plug-in's blessing.
  t.true(advised > 500, `${advised}`);
});

/** The engine put together anew, without what is stopped. */
function followed(engine: EngineSnapshot, { stop = [], labels = [], status }: Advice): EngineSnapshot {
  const holders = engine.holders.filter(({ name }) => !stop.includes(name));
  const sums = sumClaims([...holders, ...engine.external]);
  return {
    ...{ ...engine, holders, sums, labels: [...engine.labels, ...labels], status: status ?? engine.status },
    ...{ usedCpuMilli: sums.get('cpu') ?? 0, usedMemoryMiB: sums.get('memory') ?? 0 },
  };
}

function asAdvised(image: ImageConfig, { ask = {} }: Advice): ImageConfig {
  const fields = Object.entries({ ...image, ...ask }).filter(([, value]) => value !== null);
  return Object.fromEntries(fields) as unknown as ImageConfig;
}
