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
