import type { DaemonInfo } from '../../model/engine.ts';
import type { EngineSetup } from '../../model/finding.ts';
import { fieldsOf, integerOf, lineOf, wrong } from './shape.ts';

/** An upper bound for plausible values. */
const maximumCpus = 65_536;

/** Reads the time from Docker's info. */
export function toEngineTime(info: unknown): number {
  const { SystemTime } = fieldsOf(info, 'the answer');
  const time = Date.parse(lineOf(SystemTime, 'SystemTime'));
  if (Number.isNaN(time)) throw wrong('SystemTime', SystemTime, 'a time');
  return time;
}

/** Maps Docker's info. Throws InvalidResponse if the id, the version or the capacity is missing. */
export function toDaemonInfo(info: unknown): DaemonInfo {
  const { ID, ServerVersion, NCPU, MemTotal, OSType, Architecture } = fieldsOf(info, 'the answer');
  const platform = `${OSType}/${Architecture}`;
  return {
    id: lineOf(ID, 'ID'),
    version: lineOf(ServerVersion, 'ServerVersion'),
    cpus: integerOf(NCPU, 'NCPU', { min: 1, max: maximumCpus }),
    memory: Math.floor(integerOf(MemTotal, 'MemTotal') / 2 ** 20),
    ...(isPlatform(OSType) && isPlatform(Architecture) && { platform }),
  };
}

/** An invalid platform is treated as absent. */
function isPlatform(value: unknown): boolean {
  return typeof value === 'string' && /^[a-zA-Z0-9_]{1,32}$/.test(value);
}

/** A bound on what is shown. */
const maxWarnings = 20;
const maxWarningLength = 300;

/** Reads a daemon's setup. Missing or invalid fields count as unset. */
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
      .slice(0, maxWarnings)
      .map((each) => each.replace(/^WARNING: /, '').slice(0, maxWarningLength)),
    timeMs: toEngineTime(info),
  };
}
