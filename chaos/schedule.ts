import { Random } from '../bench/random.ts';
import type { ChaosOptions } from './options.ts';

type Victim = 'server' | 'engine' | 'redis';

/** All faults and the kind of their victim. */
export const victims = {
  'kill server': 'server',
  'freeze server': 'server',
  'restart server': 'server',
  'set clock off': 'server',
  'kill engine': 'engine',
  'freeze engine': 'engine',
  'cut off engine': 'engine',
  'break runtime': 'engine',
  'strange containers': 'engine',
  'kill Redis': 'redis',
  'freeze Redis': 'redis',
  'flush Redis': 'redis',
} as const satisfies Record<string, Victim>;

export type FaultKind = keyof typeof victims;
const kinds = Object.keys(victims) as FaultKind[];

/** Times are relative to the beginning of the run. */
export interface Fault {
  readonly kind: FaultKind;
  /** The number of the server or engine, from 1; there is one Redis. */
  readonly n: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The victim of a fault: it has at most one fault at a time. */
export type Target = `${Victim} ${number}`;

export function targetOf({ kind, n }: Pick<Fault, 'kind' | 'n'>): Target {
  return `${victims[kind]} ${n}`;
}

const calmMs = [1_000, 4_000] as const;
/** Most faults are short; some outlast all leases and deadlines of the servers. */
const holdsMs = [
  [500, 3_000],
  [500, 3_000],
  [3_000, 8_000],
  [8_000, 16_000],
] as const;
const maxAtOnce = [1, 1, 2, 3] as const;

/**
 * Waves of one to three faults with calm periods between them, sorted by their beginning; all end before the run does.
 */
export function drawSchedule({ seed, durationMs, servers, engines }: ChaosOptions): Fault[] {
  const random = new Random(seed);
  const counts: Readonly<Record<Victim, number>> = { server: servers, engine: engines, redis: 1 };
  const schedule: Fault[] = [];
  let bag: FaultKind[] = [];
  for (let atMs = random.between(...calmMs); ; ) {
    const wave: Fault[] = [];
    for (let left = random.oneOf(maxAtOnce); left > 0; left--) {
      // Every kind occurs once before any occurs again.
      if (bag.length === 0) bag = shuffled(kinds, random);
      const kind = bag.pop() ?? 'kill server';
      const fromMs = atMs + (wave[0] ? random.between(0, wave[0].toMs - atMs) : 0);
      const [min, max] = random.oneOf(holdsMs);
      const toMs = fromMs + random.between(min, max);
      const fault = { kind, n: random.between(1, counts[victims[kind]]), fromMs, toMs };
      if (!wave.some((each) => targetOf(each) === targetOf(fault))) wave.push(fault);
    }
    atMs = Math.max(...wave.map(({ toMs }) => toMs));
    if (atMs > durationMs) return schedule;
    schedule.push(...wave.sort((a, b) => a.fromMs - b.fromMs));
    atMs += random.between(...calmMs);
  }
}

export function describeFault({ kind, n, fromMs, toMs }: Fault): string {
  const whom = victims[kind] === 'redis' ? '' : ` ${n}`;
  return `${kind}${whom} from ${seconds(fromMs)} to ${seconds(toMs)}`;
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function shuffled<T>(values: readonly T[], random: Random): T[] {
  return values
    .map((value) => ({ value, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}
