import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { FaultRegistry } from '../../chaos/fault-registry.ts';
import type { Victims } from '../../chaos/faults.ts';
import { type FaultRun, runFaults } from '../../chaos/run-faults.ts';
import type { Fault } from '../../chaos/schedule.ts';

const fault = (kind: Fault['kind'], n: number, fromMs: number, toMs: number): Fault => ({ kind, n, fromMs, toMs });

function storm(healMs = 0) {
  const done: string[] = [];
  const registry = new FaultRegistry();
  const report: FaultRun['report'] = ({ kind, n }, what) => done.push(`${kind} ${n} ${what}`);
  return { done, registry, storm: { victims: victimsThatTell(done, healMs), registry, report } };
}

test('each fault is done and undone, overlapping as scheduled', async (t) => {
  const { done, registry, storm: played } = storm();
  const schedule = [
    fault('freeze server', 1, 0, 300),
    fault('kill engine', 2, 100, 200),
    fault('kill Redis', 1, 400, 500),
  ];
  await runFaults(schedule, played, new AbortController().signal);
  t.deepEqual(done, [
    'freeze server 1 begins',
    'server.freeze',
    'kill engine 2 begins',
    'lab.kill 2',
    'lab.start 2',
    'kill engine 2 is healed',
    'server.resume',
    'freeze server 1 is healed',
    'kill Redis 1 begins',
    'redis.kill',
    'redis.start',
    'kill Redis 1 is healed',
  ]);
  t.deepEqual(registry.atFault(), []);
});

test('a clock is set off by an hour and back; a runtime is broken, and strangers come and go', async (t) => {
  const { done, storm: played } = storm();
  for (const [kind, n] of [
    ['set clock off', 2],
    ['break runtime', 1],
    ['strange containers', 3],
  ] as const) {
    await runFaults([fault(kind, n, 0, 5)], played, new AbortController().signal);
  }
  t.deepEqual(
    done.filter((line) => line.includes('.')),
    [
      'server.restart -1',
      'server.restart 0',
      'lab.breakRuntime 1',
      'lab.repairRuntime 1',
      'strangers.add 3',
      'strangers.remove 3',
    ],
  );
});

test('a victim that is slow to get well is not hit again before', async (t) => {
  const { done, storm: played } = storm(80);
  const schedule = [fault('kill engine', 1, 0, 10), fault('freeze engine', 1, 20, 30)];
  await runFaults(schedule, played, new AbortController().signal);
  t.deepEqual(done, [
    'kill engine 1 begins',
    'lab.kill 1',
    'lab.start 1',
    'kill engine 1 is healed',
    'freeze engine 1 begins',
    'lab.pause 1',
    'lab.resume 1',
    'freeze engine 1 is healed',
  ]);
});

test('when it is called off, what began is healed at once and nothing else begins', async (t) => {
  const { done, registry, storm: played } = storm();
  const calledOff = new AbortController();
  const playing = runFaults(
    [fault('cut off engine', 3, 0, 60_000), fault('kill Redis', 1, 50_000, 60_000)],
    played,
    calledOff.signal,
  );
  setTimeout(() => calledOff.abort(), 20);
  await playing;
  t.deepEqual(done, ['cut off engine 3 begins', 'lab.partition 3', 'lab.heal 3', 'cut off engine 3 is healed']);
  t.deepEqual(registry.atFault(), []);
});

/** Write down what is done to them; what heals an engine takes its time. */
function victimsThatTell(done: string[], healMs: number): Victims {
  const write = (what: string) => async (n?: number) => {
    done.push(n === undefined ? what : `${what} ${n}`);
  };
  const heal = (what: string) => async (n: number) => {
    await sleep(healMs);
    done.push(`${what} ${n}`);
  };
  const server = {
    kill: write('server.kill'),
    start: write('server.start'),
    stop: write('server.stop'),
    restart: async ({ hoursAhead }: { hoursAhead: number }) => void done.push(`server.restart ${hoursAhead}`),
    freeze: () => void done.push('server.freeze'),
    resume: () => void done.push('server.resume'),
  };
  return {
    lab: {
      kill: write('lab.kill'),
      pause: write('lab.pause'),
      partition: write('lab.partition'),
      breakRuntime: write('lab.breakRuntime'),
      repairRuntime: heal('lab.repairRuntime'),
      start: heal('lab.start'),
      resume: heal('lab.resume'),
      heal: heal('lab.heal'),
    },
    redis: {
      kill: write('redis.kill'),
      start: write('redis.start'),
      signal: () => void done.push('redis.signal'),
    },
    flush: write('flush'),
    registerEngines: write('registerEngines'),
    foreignContainers: { add: write('strangers.add'), remove: write('strangers.remove') },
    servers: [server, server],
  };
}
