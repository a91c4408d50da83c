import { cpus, loadavg, release } from 'node:os';

/** The conditions of a measurement, without which figures mean nothing. */
export interface Conditions {
  /** RFC 3339. */
  readonly date: string;
  readonly cores: number;
  readonly cpu: string;
  readonly node: string;
  readonly kernel: string;
  /** Absent: no engine took part. */
  readonly dockerd?: string;
  /**
   * The machine's load average of the last minute, before and after: above the bench's own work, other processes ran,
   * too.
   */
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
