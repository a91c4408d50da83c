import type { DaemonInfo } from '../../model/engine.ts';
import { fieldsOf, integerOf, lineOf, wrong } from './shape.ts';

/** A machine of more CPUs is none. */
const maximumCpus = 65_536;

/** What Docker's info tells of the time. */
export function toEngineTime(info: unknown): number {
  const { SystemTime } = fieldsOf(info, 'the answer');
  const time = Date.parse(lineOf(SystemTime, 'SystemTime'));
  if (Number.isNaN(time)) throw wrong('SystemTime', SystemTime, 'a time');
  return time;
}

/** What Docker's info tells. Throws InvalidResponse where it lacks what an engine is known and measured by. */
export function toDaemonInfo(info: unknown): DaemonInfo {
  const { ID, ServerVersion, NCPU, MemTotal } = fieldsOf(info, 'the answer');
  return {
    id: lineOf(ID, 'ID'),
    version: lineOf(ServerVersion, 'ServerVersion'),
    cpus: integerOf(NCPU, 'NCPU', { least: 1, most: maximumCpus }),
    memory: Math.floor(integerOf(MemTotal, 'MemTotal') / 2 ** 20),
  };
}
