import type { DaemonInfo } from '../../model/engine.ts';
import type { EngineSetup } from '../../model/finding.ts';
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
  const { ID, ServerVersion, NCPU, MemTotal, OSType, Architecture } = fieldsOf(info, 'the answer');
  const platform = `${OSType}/${Architecture}`;
  return {
    id: lineOf(ID, 'ID'),
    version: lineOf(ServerVersion, 'ServerVersion'),
    cpus: integerOf(NCPU, 'NCPU', { least: 1, most: maximumCpus }),
    memory: Math.floor(integerOf(MemTotal, 'MemTotal') / 2 ** 20),
    ...(isPlatform(OSType) && isPlatform(Architecture) && { platform }),
  };
}

/** What makes no sense is as if it were not told. */
function isPlatform(value: unknown): boolean {
  return typeof value === 'string' && /^[a-zA-Z0-9_]{1,32}$/.test(value);
}

/** Warnings beyond these are about the same things. */
const mostWarnings = 20;
const longestWarning = 300;

/** How a daemon is set up. What it does not report, or reports in a form that is not Docker's, counts as not set. */
export function toEngineSetup(info: unknown): Omit<EngineSetup, 'certificate'> {
  const { ServerVersion, Driver, LiveRestoreEnabled, Swarm, Warnings } = fieldsOf(info, 'the answer');
  const { LocalNodeState } = typeof Swarm === 'object' && Swarm !== null ? fieldsOf(Swarm, 'Swarm') : {};
  const warnings = Array.isArray(Warnings) ? Warnings : [];
  return {
    version: lineOf(ServerVersion, 'ServerVersion'),
    storageDriver: typeof Driver === 'string' ? Driver.slice(0, 64) : 'unknown',
    isLiveRestore: LiveRestoreEnabled === true,
    isInSwarm: LocalNodeState === 'active',
    warnings: warnings
      .filter((each) => typeof each === 'string')
      .slice(0, mostWarnings)
      .map((each) => each.replace(/^WARNING: /, '').slice(0, longestWarning)),
    timeMs: toEngineTime(info),
  };
}
