import type { ClusterSettings } from '../state/cluster.ts';

/**
 * Settings that must be equal on all servers of a store, by configuration key, as JSON. Another `overcommit` would
 * exceed the capacity that the others count; other `types` or schedulers would accept what they refuse; without a network
 * plug-in, a server could not set up what others can; another
 * `name-scope` would reuse names that they keep unique; with another `lease` or `deadlines.start`, a container that is
 * being started would be considered a leftover; another `installation` would treat their containers as foreign. The
 * default `strategy` may differ.
 */
export type SharedSettings = Readonly<Record<string, string>>;

export interface SettingsSource extends Pick<ClusterSettings, 'overcommit' | 'leaseMs' | 'deadlines' | 'nameScope'> {
  readonly types: Readonly<Record<string, readonly string[]>>;
  /** Names of custom schedulers. */
  readonly schedulers: readonly string[];
  /** Names of custom network plug-ins. */
  readonly networkPlugins: readonly string[];
  readonly installation: string;
}

export function sharedSettings(source: SettingsSource): SharedSettings {
  const types = Object.entries(source.types).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    overcommit: JSON.stringify(source.overcommit),
    types: JSON.stringify(Object.fromEntries(types)),
    schedulers: JSON.stringify([...source.schedulers].sort()),
    'network-plugins': JSON.stringify([...source.networkPlugins].sort()),
    'name-scope': JSON.stringify(source.nameScope),
    lease: JSON.stringify(source.leaseMs / 1000),
    'deadlines.start': JSON.stringify(source.deadlines.startMs / 1000),
    installation: JSON.stringify(source.installation),
  };
}

/** One phrase for each key that differs. Keys that the other release does not know are ignored. */
export function differences(ours: SharedSettings, theirs: SharedSettings): string[] {
  const keys = Object.keys(ours).filter((key) => theirs[key] !== undefined && theirs[key] !== ours[key]);
  return keys.map((key) => `"${key}" is ${shown(ours[key])} here and ${shown(theirs[key])} there`);
}

function shown(json = ''): string {
  return json.length > 200 ? `${json.slice(0, 200)}...` : json;
}
