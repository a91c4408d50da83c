import { cpus, loadavg, release } from 'node:os';

/** Under which conditions figures were measured: without them, they say nothing. */
export interface Conditions {
  /** RFC 3339. */
  readonly date: string;
  readonly cores: number;
  readonly cpu: string;
  readonly node: string;
  readonly kernel: string;
  /** Left out where no engine took part. */
  readonly dockerd?: string;
  /** The machine's load of the last minute, before and after: above the work of the bench itself, others ran too. */
  readonly loadBefore: number;
  readonly loadAfter: number;
}

export function observeConditions(loadBefore: number, dockerd: string | undefined): Conditions {
  return {
    date: new Date().toISOString(),
    cores: cpus().length,
    cpu: cpus()[0]?.model ?? 'unknown',
    node: process.version,
    kernel: release(),
    ...(dockerd === undefined ? {} : { dockerd }),
    loadBefore,
    loadAfter: currentLoad(),
  };
}

export function currentLoad(): number {
  return loadavg()[0] ?? 0;
}
