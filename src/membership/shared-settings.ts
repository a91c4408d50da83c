import type { ClusterSettings } from '../state/cluster.ts';

/**
 * What all servers on one store must have equal, by the key of the configuration: each value as JSON. With another
 * `overcommit` a server promises more than the others count; with other `types` or schedulers it accepts what they refuse;
 * with another `name-scope` it gives away a name that they promised to have once; with another `lease` or `deadlines.start` it takes a container that they are starting for one that was left over; with
 * another `installation` it takes theirs for foreign. The default `strategy` is no promise, and may differ.
 */
export type SharedSettings = Readonly<Record<string, string>>;

export interface SettingsSource extends Pick<ClusterSettings, 'overcommit' | 'leaseMs' | 'deadlines' | 'nameScope'> {
  readonly types: Readonly<Record<string, readonly string[]>>;
  /** Names of those that are not built in. */
  readonly schedulers: readonly string[];
  readonly installation: string;
}

export function sharedSettings(source: SettingsSource): SharedSettings {
  const types = Object.entries(source.types).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    overcommit: JSON.stringify(source.overcommit),
    types: JSON.stringify(Object.fromEntries(types)),
    schedulers: JSON.stringify([...source.schedulers].sort()),
    'name-scope': JSON.stringify(source.nameScope),
    lease: JSON.stringify(source.leaseMs / 1000),
    'deadlines.start': JSON.stringify(source.deadlines.startMs / 1000),
    installation: JSON.stringify(source.installation),
  };
}

/** One phrase for each key that differs. A key that the other release does not know is none. */
export function differences(ours: SharedSettings, theirs: SharedSettings): string[] {
  const keys = Object.keys(ours).filter((key) => theirs[key] !== undefined && theirs[key] !== ours[key]);
  return keys.map((key) => `"${key}" is ${shown(ours[key])} here and ${shown(theirs[key])} there`);
}

function shown(json = ''): string {
  return json.length > 200 ? `${json.slice(0, 200)}...` : json;
}
