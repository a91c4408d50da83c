import { projectLabel } from './project.ts';

/** A volume of an engine. */
export interface Volume {
  readonly name: string;
  readonly driver: string;
  /** Its path on the host; empty if the driver does not report it. */
  readonly mountpoint: string;
  readonly scope: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  /** RFC 3339; empty if the engine does not report it. */
  readonly createdAt: string;
}

/** `unclear`: why some volumes are missing. */
export interface VolumeList extends ReadonlyArray<Volume> {
  readonly unclear?: string;
}

/** The named volumes that an engine last reported, for when it is unreachable. */
export interface EngineVolumes {
  /** Sorted; at most `maxKnownVolumes`. */
  readonly names: readonly string[];
  /** The list is truncated. */
  readonly isCut?: true;
  /** By name, the project of those that have its label. Absent: none has. */
  readonly projects?: Readonly<Record<string, string>>;
}

const maxKnownVolumes = 5_000;

/** The part of a list that is kept. */
export function engineVolumesOf(list: VolumeList): EngineVolumes {
  const names = list.map(({ name }) => name).filter((name) => !isAnonymousVolume(name));
  const kept = names.sort().slice(0, maxKnownVolumes);
  const isCut = kept.length < names.length || list.unclear !== undefined;
  const owned = list.flatMap(({ name, labels: { [projectLabel]: project } }) =>
    project === undefined ? [] : [[name, project] as const],
  );
  const projects = Object.fromEntries(owned.sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, maxKnownVolumes));
  return { names: kept, ...(isCut && { isCut }), ...(owned.length > 0 && { projects }) };
}

/** A volume to create. */
export interface VolumeSpec {
  /** Absent: the engine generates a name. */
  readonly name?: string | undefined;
  readonly driver?: string | undefined;
  readonly options?: Readonly<Record<string, string>> | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** Whether the engine generated the name, for a container that only named a path. */
export function isAnonymousVolume(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name);
}
