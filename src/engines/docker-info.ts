import type { DaemonInfo } from '../model/engine.ts';
import { Refusal } from './docker-failures.ts';

/** What Docker's info tells. Throws Refusal where it lacks what an engine is known and measured by. */
export function toDaemonInfo(info: unknown): DaemonInfo {
  const { ID: id, ServerVersion: version, NCPU: cpus, MemTotal: bytes } = Object(info) as Record<string, unknown>;
  if (typeof id !== 'string' || typeof version !== 'string' || typeof cpus !== 'number' || typeof bytes !== 'number') {
    throw new Refusal(0, 'its answer lacks the ID, version, CPUs or memory that a Docker engine gives');
  }
  return { id, version, cpus, memory: Math.floor(bytes / 2 ** 20) };
}
