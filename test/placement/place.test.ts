import test from 'ava';
import fc from 'fast-check';
import { buildRegistry } from '../../schedulers/index.ts';
import { firstUnfit } from '../../src/model/claim.ts';
import type { EngineSnapshot } from '../../src/model/engine-snapshot.ts';
import { type ImageConfig, strategyNames } from '../../src/model/image-config.ts';
import type { Scheduler } from '../../src/model/scheduler.ts';
import { claimsOn } from '../../src/placement/claims.ts';
import { FleetIndex } from '../../src/placement/fleet-index.ts';
import { type PlaceRequest, place } from '../../src/placement/place.ts';
import { schedulersFor } from '../../src/placement/schedulers-for.ts';
import { held, imageConfig, snapshot } from './engines.ts';

const registry = buildRegistry();

type Changes = Partial<PlaceRequest> & { asked?: Partial<ImageConfig>; engines?: readonly EngineSnapshot[] };

function request(changes: Changes): PlaceRequest {
  const { asked = {}, engines = [], ...rest } = changes;
  const fleet = new FleetIndex(engines);
  const image = imageConfig({ type: 'label', ...asked });
  return {
    image,
    schedulers: schedulersFor(image.type, registry),
    strategy: 'binpack',
    fleet,
    turn: 0,
    limit: Number.POSITIVE_INFINITY,
    ...rest,
  };
}

const order = (asked: PlaceRequest) => [...place(asked).candidates].map(({ engine }) => engine.id);

const three = [
  snapshot({ id: 'a', held: { x: [held('cpu', 1000)] } }),
  snapshot({ id: 'b', held: { y: [held('cpu', 3000), held('memory', 1024)] } }),
  snapshot({ id: 'c' }),
];

test('binpack takes the fullest engine with enough space', (t) => {
  t.deepEqual(order(request({ engines: three, asked: { cpus: 0.5 } })), ['b', 'a', 'c']);
  t.deepEqual(order(request({ engines: three, asked: { cpus: 2 } })), ['a', 'c']);
});

test('binpack scores as citadel: the mean of both in percent after the placement', (t) => {
  const [best] = place(request({ engines: three, asked: { cpus: 0.5, memory: 1024 } })).candidates;
  t.is(best?.score, (87.5 + 50) / 2);
});

test('binpack breaks ties by fewer containers', (t) => {
  const counted = (id: string, count: number) =>
    snapshot({ id, held: Object.fromEntries(Array.from({ length: count }, (_, at) => [`${id}-${at}`, []])) });
  const engines = [counted('a', 2), counted('b', 1), counted('c', 0), counted('d', 1)];
  t.deepEqual(order(request({ engines })), ['c', 'b', 'd', 'a']);
  t.deepEqual(order(request({ engines, asked: { cpus: 1, memory: 512 } })), ['c', 'b', 'd', 'a']);
  const packed = snapshot({ id: 'e', held: { x: [held('memory', 1024)], y: [], z: [] } });
  t.deepEqual(order(request({ engines: [...engines, packed] })), ['e', 'c', 'b', 'd', 'a'], 'the fullest comes first');
});

test('spread takes the engine with the fewest containers, then the emptiest', (t) => {
  t.deepEqual(order(request({ engines: three, strategy: 'spread' })), ['c', 'a', 'b']);
});

test('round-robin advances by one engine per turn', (t) => {
  const turns = [0, 1, 2, 3].map((turn) => order(request({ engines: three, strategy: 'round-robin', turn }))[0]);
  t.deepEqual(turns, ['a', 'b', 'c', 'a']);
});

test('random only depends on the turn, and reaches every engine', (t) => {
  const firsts = Array.from(
    { length: 60 },
    (_, turn) => order(request({ engines: three, strategy: 'random', turn }))[0],
  );
  t.deepEqual([...new Set(firsts)].sort(), ['a', 'b', 'c']);
  const again = Array.from(
    { length: 60 },
    (_, turn) => order(request({ engines: three, strategy: 'random', turn }))[0],
  );
  t.deepEqual(firsts, again);
});

test('ties go to the smaller id', (t) => {
  t.deepEqual(order(request({ engines: [snapshot({ id: 'a' }), snapshot({ id: 'b' })] })), ['a', 'b']);
});

test('an engine that is not ok is refused for that reason first', (t) => {
  const engines = [
    snapshot({ id: 'a', condition: 'down' }),
    snapshot({ id: 'b', condition: 'pending' }),
    snapshot({ id: 'c', intent: 'maintenance' }),
  ];
  const placement = place(request({ engines, asked: { labels: ['ssd'] } }));
  t.is(placement.candidateCount, 0);
  t.deepEqual(
    placement.rejections().map(({ engine, code, message }) => [engine.id, code, message]),
    [
      ['a', 'engine_down', 'the engine is down'],
      ['b', 'engine_pending', 'the engine is pending'],
      ['c', 'engine_maintenance', 'the engine is maintenance'],
    ],
  );
});

test('no engines: no candidates and no refusals', (t) => {
  const placement = place(request({}));
  t.deepEqual([...placement.candidates], []);
  t.deepEqual(placement.rejections(), []);
});

const engines = fc
  .array(
    fc.record({
      cpus: fc.integer({ min: 1, max: 8 }),
      labels: fc.subarray(['ssd', 'eu']),
      condition: fc.constantFrom('ok' as const, 'ok' as const, 'down' as const),
      usedCpu: fc.integer({ min: 0, max: 8000 }),
      port: fc.constantFrom(80, 443),
      image: fc.constantFrom('redis:latest', 'postgres:latest'),
      images: fc.subarray(['redis:latest', 'postgres:latest']),
      name: fc.constantFrom('web', 'db'),
    }),
    { maxLength: 12 },
  )
  .map((list) =>
    list.map(({ usedCpu, port, image, name, ...engine }, index) =>
      snapshot({
        ...engine,
        id: `e${index + 10}`,
        held: {
          x: [held('cpu', usedCpu), held(`port/tcp/${port}`, 65_536, 65_536)],
          [name]: [held(`image/${image}`), held(`name/${name}`, 1, 1)],
        },
      }),
    ),
  );
const asked = fc.record({
  type: fc.constantFrom('label', 'multi', 'port', 'unique', 'host', 'image'),
  cpus: fc.constantFrom(0, 0.5, 3),
  labels: fc.subarray(['ssd', 'eu', 'host:e10', 'host:e12']),
  bind_ports: fc.subarray([{ proto: 'tcp' as const, port: 80, container_port: 80 }]),
  name: fc.constantFrom('redis:latest', 'postgres'),
  container_name: fc.constantFrom('web', 'db'),
  memory: fc.constantFrom(0, 4096),
});
const anyRequest = fc
  .record({ engines, asked, strategy: fc.constantFrom(...strategyNames), turn: fc.nat(100) })
  .map((parts) => request(parts));

test('equal input gives equal output', (t) => {
  fc.assert(fc.property(anyRequest, (each) => t.deepEqual(order(each), order(each))));
  t.pass();
});

test('every engine is a candidate or refused, never both', (t) => {
  fc.assert(
    fc.property(anyRequest, (each) => {
      const placement = place(each);
      const refused = placement.rejections().map(({ engine }) => engine.id);
      t.deepEqual([...order(each), ...refused].sort(), each.fleet.pages.all.map(({ id }) => id).sort());
      t.is(placement.candidateCount + placement.refusedCount, each.fleet.pages.all.length);
    }),
  );
});

test('candidates have descending scores, ties sorted by id', (t) => {
  fc.assert(
    fc.property(anyRequest, (each) => {
      const candidates = [...place(each).candidates];
      for (const [index, { engine, score }] of candidates.entries()) {
        const next = candidates[index + 1];
        if (next) t.true(score > next.score || (score === next.score && engine.id < next.engine.id));
      }
    }),
  );
  t.pass();
});

test('what the schedulers accept fits into the ledger', (t) => {
  fc.assert(
    fc.property(anyRequest, (each) => {
      for (const { engine } of place(each).candidates) {
        t.is(firstUnfit(claimsOn(engine, each.image, each.schedulers), engine.sums), undefined);
      }
    }),
  );
  t.pass();
});

/** The same schedulers without their columns: each engine is checked by itself. */
const plainly = (each: PlaceRequest): PlaceRequest => ({
  ...each,
  schedulers: each.schedulers.map(({ exclude: _, ...scheduler }) => scheduler),
});

test('choosing by columns equals choosing engine by engine, including the order of candidates', (t) => {
  fc.assert(
    fc.property(anyRequest, (each) => {
      const [fast, plain] = [place(each), place(plainly(each))];
      t.deepEqual([...fast.candidates], [...plain.candidates]);
    }),
    { numRuns: 2_000 },
  );
});

test('a fleet with replaced rows equals one created with them', (t) => {
  fc.assert(
    fc.property(anyRequest, engines, (each, others) => {
      const newer = others.slice(0, each.fleet.pages.all.length);
      const replaced = new FleetIndex(each.fleet.pages.all);
      replaced.replace(newer);
      const made = new FleetIndex([...newer, ...each.fleet.pages.all.slice(newer.length)]);
      t.deepEqual([...place({ ...each, fleet: replaced }).candidates], [...place({ ...each, fleet: made }).candidates]);
    }),
    { numRuns: 1_000 },
  );
});

test('a placement is independent of later changes of the fleet', (t) => {
  const fleet = new FleetIndex(three);
  const placement = place({ ...request({ asked: { cpus: 0.5 } }), fleet });
  fleet.replace([snapshot({ id: 'b', condition: 'down' })]);
  t.deepEqual(
    [...placement.candidates].map(({ engine }) => engine.id),
    ['b', 'a', 'c'],
  );
});

test('reasons are computed on demand', (t) => {
  let prepared = 0;
  const counting: Scheduler = {
    name: 'none',
    description: 'no engine will do',
    prepare: () => {
      prepared++;
      return () => ({ code: 'no', message: 'no' });
    },
    exclude: (_, __, rows) => rows.clear(),
  };
  const placement = place({ ...request({ engines: three }), schedulers: [counting] });
  t.is(placement.refusedCount, 3);
  t.is(prepared, 0);
  t.is(placement.rejections().length, 3);
  t.is(prepared, 1);
});

test('reasons are those at the time of the decision', (t) => {
  const fleet = new FleetIndex(three);
  const placement = place({ ...request({ asked: { cpus: 3.5 } }), fleet });
  fleet.replace([snapshot({ id: 'a' }), snapshot({ id: 'b' })]);
  t.deepEqual(
    placement.rejections().map(({ engine, code }) => [engine.id, code]),
    [
      ['a', 'cpus_short'],
      ['b', 'cpus_short'],
    ],
  );
});

test('excluded engines are neither candidates nor refused', (t) => {
  const placement = place(request({ engines: three, filter: (fleet, rows) => rows.delete(fleet.row('b') ?? -1) }));
  t.deepEqual(
    [...placement.candidates].map(({ engine }) => engine.id),
    ['a', 'c'],
  );
  t.is(placement.refusedCount, 0);
  t.deepEqual(placement.rejections(), []);
});

test('with a limit the candidates are the first of all', (t) => {
  fc.assert(
    fc.property(anyRequest, fc.integer({ min: 1, max: 5 }), (each, limit) => {
      const [all, few] = [place(each), place({ ...each, limit })];
      t.deepEqual(few.candidates, all.candidates.slice(0, limit));
      t.is(few.candidateCount, all.candidateCount);
    }),
    { numRuns: 1_000 },
  );
});
