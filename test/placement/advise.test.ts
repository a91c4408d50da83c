import test from 'ava';
import { Random } from '../../bench/random.ts';
import { buildRegistry } from '../../schedulers/index.ts';
import type { Advice } from '../../src/model/advice.ts';
import type { EngineSnapshot } from '../../src/model/engine-snapshot.ts';
import { type ImageConfig, minMemoryMiB } from '../../src/model/image-config.ts';
import { canonicalImageName } from '../../src/model/image-name.ts';
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

test('missing capacity is freed by stopping the smallest sufficient container, or by requesting what is left', (t) => {
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

test('a replica is not stopped, because it would be replaced', (t) => {
  const replica = { key: 'service/web', amount: 1, limit: null };
  const engine = snapshot({ held: { 'web.1.abc': [held('memory', 4096), replica] } });
  t.deepEqual(adviseOn([engine], { memory: 512 }), []);
});

test('a port, a name, a label and a constraint are removed from the request, or fixed on the engine', (t) => {
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

test('several reasons of one engine are solved together', (t) => {
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

test('an image, a host and an unreachable engine have advice, too; if one change is not enough, both are combined', (t) => {
  const ssd = snapshot({ id: 'a', labels: ['ssd'], images: ['redis:latest'] });
  const withImage = { type: 'image', name: 'postgres' };
  t.deepEqual(adviseOn([ssd], withImage), [
    { message: 'pull postgres:latest on a', engine: 'a', pull: ['postgres:latest'] },
  ]);
  t.deepEqual(adviseOn([ssd], { type: 'host', labels: ['host:b', 'ssd'] }), [
    { message: 'ask for the label host:a, and leave out the label host:b', ask: { labels: ['ssd', 'host:a'] } },
  ]);
  const away = snapshot({ id: 'b', condition: 'down' });
  t.deepEqual(adviseOn([away], {}), [{ message: 'get b back, which is down', engine: 'b', status: 'ok' }]);
  const full = snapshot({ id: 'c', held: { big: [held('memory', 4000)] } });
  t.deepEqual(messages(adviseOn([away, full], { memory: 200 }))[0], 'stop big (4000 MB) on c', 'less is to be done');
  const small = { ...withImage, memory: 8000 };
  t.deepEqual(adviseOn([ssd], small), [
    {
      ...{ message: 'pull postgres:latest on a, and ask for at most 4096 MB of memory', engine: 'a' },
      ...{ pull: ['postgres:latest'], ask: { memory: 4096 } },
    },
  ]);
});

test('if nothing helps there is no advice', (t) => {
  t.deepEqual(adviseOn([], {}), []);
  t.deepEqual(
    adviseOn([snapshot({ held: { web: [held('cpu', 4000), { key: 'service/web', amount: 1, limit: null }] } })], {
      cpus: 1,
    }),
    [],
  );
});

test('of a thousand random refusals, all that a change can solve have advice, and following it works', (t) => {
  const random = new Random(13);
  let refusals = 0;
  let advised = 0;
  while (refusals < 1_000) {
    const engines = Array.from({ length: random.between(1, 5) }, (_, row) => randomEngine(row, random));
    const image = randomImage(random);
    if (canRun(image, engines)) continue;
    refusals += 1;
    const advice = advise(image, schedulersFor(image.type, pickyRegistry), engines);
    advised += Math.min(1, advice.length);
    if (advice.length === 0) t.false(couldFit(image, engines), JSON.stringify({ image, engines }, plain));
    for (const each of advice) {
      const done = engines.map((engine) => (engine.id === each.engine ? followed(engine, each) : engine));
      t.true(canRun(asAdvised(image, each), done), `${each.message}: ${JSON.stringify(image)}`);
    }
  }
  // The rest is refused for what replicas of services hold, for what more than three containers hold, or by a plug-in.
  t.true(advised > 900, `${advised}`);
});

/** Any three of what can be stopped, or fewer. */
function* stoppable({ holders }: EngineSnapshot): Generator<readonly string[]> {
  const isReplica = ({ claims }: EngineSnapshot['holders'][number]) => claims.some(({ key }) => /^service\//.test(key));
  const names = holders.filter((holder) => !isReplica(holder)).map(({ name }) => name);
  for (let set = 0; set < 2 ** names.length; set++) {
    const chosen = names.filter((_, index) => set & (1 << index));
    if (chosen.length <= 3) yield chosen;
  }
}

/**
 * Whether any change would do that advice may name: the engine is in use, has the labels and the image, and three of its containers are
 * stopped; the least is asked for. What a plug-in of others demands, what runs there of services, and what an engine never had stays.
 */
function couldFit(image: ImageConfig, engines: readonly EngineSnapshot[]): boolean {
  const { container_name: _, resources: __, constraints: ___, ...rest } = image;
  return engines.some((engine) => {
    const open = { ...engine, images: new Set([canonicalImageName(image.name)]) };
    return [...stoppable(engine)].some((stop) => {
      const done = followed(open, { message: '', stop, labels: image.labels ?? [], status: 'ok' });
      const [cpus, memory] = [Math.min(image.cpus ?? 0, 0.01), Math.min(image.memory ?? 0, minMemoryMiB)];
      const bind_ports = image.bind_ports?.map(({ port: ____, ...binding }) => binding);
      const labels = image.labels?.length ? [...image.labels, `host:${engine.id}`] : [];
      // Another name, and not none: a plug-in may have something to say of those that have one.
      const container_name = image.container_name && 'another';
      const least = {
        ...rest,
        ...(container_name && { container_name }),
        cpus,
        memory,
        ...(bind_ports && { bind_ports }),
        labels,
      };
      return canRun(least, [{ ...done, labels: [...done.labels, ...labels] }]);
    });
  });
}

function canRun(asked: ImageConfig, fleet: readonly EngineSnapshot[]): boolean {
  const schedulers = schedulersFor(asked.type, pickyRegistry);
  return (
    place({ image: asked, schedulers, strategy: 'binpack', turn: 0, fleet: new FleetIndex(fleet) }).candidateCount > 0
  );
}

/** The engine put together anew, without what is stopped. */
function followed(engine: EngineSnapshot, { stop = [], labels = [], pull = [], status }: Advice): EngineSnapshot {
  const holders = engine.holders.filter(({ name }) => !stop.includes(name));
  const sums = sumClaims([...holders, ...engine.external]);
  return {
    ...{ ...engine, holders, sums, labels: [...engine.labels, ...labels], status: status ?? engine.status },
    images: new Set([...engine.images, ...pull]),
    ...{ usedCpuMilli: sums.get('cpu') ?? 0, usedMemoryMiB: sums.get('memory') ?? 0 },
  };
}

const plain = (_: string, value: unknown) => (value instanceof Map || value instanceof Set ? [...value] : value);

function asAdvised(image: ImageConfig, { ask = {} }: Advice): ImageConfig {
  const fields = Object.entries({ ...image, ...ask }).filter(([, value]) => value !== null);
  return Object.fromEntries(fields) as unknown as ImageConfig;
}
