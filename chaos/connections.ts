import { connect } from 'node:net';
import type { Fault } from './schedule.ts';

/** A failed connection to an entry of the catalog. Times are relative to the beginning of the run. */
export interface FailedConnection {
  readonly service: string;
  readonly container: string;
  readonly engine: string;
  readonly server: number;
  /** When the catalog listed the entry. */
  readonly reportedMs: number;
  readonly code: string;
}

/** A fault of an engine, when it was really in effect. */
export interface FaultPeriod {
  readonly engine: string;
  readonly atMs: number;
}

export interface ConnectionFigures {
  readonly made: number;
  /** To an engine with a fault at that moment, which nobody can know yet. */
  readonly atOnce: readonly FailedConnection[];
  /** To an engine with an earlier fault that still lasts. */
  readonly late: readonly FailedConnection[];
  /** To an engine without a fault. */
  readonly unexplained: readonly FailedConnection[];
}

const timeoutMs = 1_000;

/** A silent replica has left the catalog after the health check's interval x retries + 1 s. */
export const health = { type: 'tcp', port: 80, interval: 1, timeout: 1, retries: 2 } as const;
const knownWithinMs = health.interval * health.retries * 1000 + 1_000;

const engineFaults: readonly Fault['kind'][] = ['kill engine', 'cut off engine'];

/** Whether listeners on an engine may be gone because of this fault. */
export function affectsEngine({ kind }: Pick<Fault, 'kind'>): boolean {
  return engineFaults.includes(kind);
}

/** Why the connection failed; undefined: it succeeded. Never throws. */
export function tryConnection(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs });
    const end = (code?: string) => {
      socket.destroy();
      resolve(code);
    };
    socket.once('connect', () => end());
    socket.once('timeout', () => end('ETIMEDOUT'));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}

/** Compares each failure with the faults of its engine. `begun` and `healed`: when the faults began and ended. */
export function judgeConnections(
  made: number,
  failed: readonly FailedConnection[],
  { begun, healed }: { readonly begun: readonly FaultPeriod[]; readonly healed: readonly FaultPeriod[] },
): ConnectionFigures {
  const sorted = {
    atOnce: [] as FailedConnection[],
    late: [] as FailedConnection[],
    unexplained: [] as FailedConnection[],
  };
  for (const failure of failed) {
    const { engine, reportedMs } = failure;
    // Includes faults that began while the connection was being made.
    const before = (moments: readonly FaultPeriod[]) =>
      Math.max(
        Number.NEGATIVE_INFINITY,
        ...moments.flatMap((each) =>
          each.engine === engine && each.atMs <= reportedMs + timeoutMs ? [each.atMs] : [],
        ),
      );
    const [began, ended] = [before(begun), before(healed)];
    const isAtOnce = reportedMs - Math.max(began, ended) <= knownWithinMs;
    sorted[isAtOnce ? 'atOnce' : began > ended ? 'late' : 'unexplained'].push(failure);
  }
  return { made, ...sorted };
}
