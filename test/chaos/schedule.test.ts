import test from 'ava';
import { describeFault, drawSchedule, type Fault, targetOf, victims } from '../../chaos/schedule.ts';

const options = { seed: 7, durationMs: 5 * 60_000, servers: 2, engines: 3, clients: 8 };
const seeds = Array.from({ length: 50 }, (_, seed) => seed);

test('one seed gives one schedule, another one another', (t) => {
  t.deepEqual(drawSchedule(options), drawSchedule(options));
  t.notDeepEqual(drawSchedule(options), drawSchedule({ ...options, seed: 8 }));
});

test('faults come in the order in which they begin, and are healed before the end', (t) => {
  for (const seed of seeds) {
    const schedule = drawSchedule({ ...options, seed });
    t.deepEqual(
      schedule,
      [...schedule].sort((a, b) => a.fromMs - b.fromMs),
    );
    t.true(schedule.every(({ fromMs, toMs }) => fromMs < toMs && toMs <= options.durationMs));
  }
});

test('nobody has two faults at a time, and never are more than three at work', (t) => {
  for (const seed of seeds) {
    const schedule = drawSchedule({ ...options, seed });
    for (const fault of schedule) {
      const others = schedule.filter(
        (each) => each !== fault && each.fromMs <= fault.fromMs && fault.fromMs < each.toMs,
      );
      t.true(others.length < 3);
      t.false(others.some((each) => targetOf(each) === targetOf(fault)));
    }
  }
});

test('every kind of fault comes, to everybody', (t) => {
  const all = seeds.flatMap((seed) => drawSchedule({ ...options, seed }));
  const targets = (kind: Fault['kind']) =>
    [...new Set(all.filter((each) => each.kind === kind).map(({ n }) => n))].sort();
  for (const kind of Object.keys(victims) as Fault['kind'][]) {
    t.deepEqual(targets(kind), { server: [1, 2], engine: [1, 2, 3], redis: [1] }[victims[kind]], kind);
  }
});

test('a run of a minute meets most kinds', (t) => {
  for (const seed of seeds) {
    const met = new Set(drawSchedule({ ...options, seed, durationMs: 60_000 }).map(({ kind }) => kind));
    t.true(met.size >= 3, `seed ${seed}: ${[...met].join(', ')}`);
  }
});

test('a fault is described in a few words', (t) => {
  t.is(
    describeFault({ kind: 'cut off engine', n: 2, fromMs: 1_500, toMs: 9_040 }),
    'cut off engine 2 from 1.5 s to 9.0 s',
  );
  t.is(describeFault({ kind: 'kill Redis', n: 1, fromMs: 0, toMs: 1_000 }), 'kill Redis from 0.0 s to 1.0 s');
});
