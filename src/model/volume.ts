/** A volume of an engine. */
export interface Volume {
  readonly name: string;
  readonly driver: string;
  /** Where it is on the host; empty where its driver does not tell. */
  readonly mountpoint: string;
  readonly scope: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  /** RFC 3339; empty where the engine does not tell. */
  readonly createdAt: string;
}

/** `unclear`: why some volumes are left out. */
export interface VolumeList extends ReadonlyArray<Volume> {
  readonly unclear?: string;
}

/** The named volumes that an engine had when it last told, for when it is away. */
export interface EngineVolumes {
  /** Sorted; at most `mostKnownVolumes`. */
  readonly names: readonly string[];
  /** It has others. */
  readonly isCut?: true;
}

const mostKnownVolumes = 5_000;

/** What is kept of a list. */
export function engineVolumesOf(list: VolumeList): EngineVolumes {
  const names = list.map(({ name }) => name).filter((name) => !isAnonymousVolume(name));
  const kept = names.sort().slice(0, mostKnownVolumes);
  const isCut = kept.length < names.length || list.unclear !== undefined;
  return { names: kept, ...(isCut && { isCut }) };
}

/** What to create. */
export interface VolumeSpec {
  /** Left out, the engine makes a name. */
  readonly name?: string | undefined;
  readonly driver?: string | undefined;
  readonly options?: Readonly<Record<string, string>> | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** The engine made the name, for a container that named only a path: nobody finds it again. */
export function isAnonymousVolume(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name);
}
