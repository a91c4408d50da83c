import { connect } from 'node:net';
import type { Fault } from './schedule.ts';

/** Of an entry of the catalogue that nobody answered at. Times are from the beginning of the run. */
export interface FailedConnection {
  readonly service: string;
  readonly container: string;
  readonly engine: string;
  readonly server: number;
  /** When the catalogue told of it. */
  readonly reportedMs: number;
  readonly code: string;
}

/** What befell an engine, when it really did. */
export interface Moment {
  readonly engine: string;
  readonly atMs: number;
}

export interface ConnectionFigures {
  readonly made: number;
  /** To an engine that was killed, cut off or started again in that moment: nobody can know yet. */
  readonly atOnce: readonly FailedConnection[];
  /** To an engine that is at fault for longer. */
  readonly late: readonly FailedConnection[];
  /** To an engine that nothing had befallen. */
  readonly unexplained: readonly FailedConnection[];
}

const timeoutMs = 1_000;

/** Whoever falls silent is out of the catalogue by then: the health check's interval x retries + 1 s. */
export const health = { type: 'tcp', port: 80, interval: 1, timeout: 1, retries: 2 } as const;
const knownWithinMs = health.interval * health.retries * 1000 + 1_000;

const befalls: readonly Fault['kind'][] = ['kill engine', 'cut off engine'];

/** Whether what listens on an engine may be gone by it. */
export function befallsEngine({ kind }: Pick<Fault, 'kind'>): boolean {
  return befalls.includes(kind);
}

/** Why there was no connection; undefined: there was one. Never throws. */
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

/** Holds each failure against what befell its engine. `begun`: when faults began; `healed`: when they were over. */
export function judgeConnections(
  made: number,
  failed: readonly FailedConnection[],
  { begun, healed }: { readonly begun: readonly Moment[]; readonly healed: readonly Moment[] },
): ConnectionFigures {
  const sorted = {
    atOnce: [] as FailedConnection[],
    late: [] as FailedConnection[],
    unexplained: [] as FailedConnection[],
  };
  for (const failure of failed) {
    const { engine, reportedMs } = failure;
    // One that began while the connection was made counts as well.
    const before = (moments: readonly Moment[]) =>
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
