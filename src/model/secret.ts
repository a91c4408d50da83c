/** What a container is told without its being in the image config, as the store keeps it: the versions are apart. */
export interface SecretRecord {
  /** The latest. */
  readonly version: number;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Left out: `default`. */
  readonly project?: string;
  /** Whoever made it finds it by these again. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** It never changes. */
export interface SecretVersion {
  /** Base64, encrypted with the key of registries. */
  readonly value: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly createdBy: string;
}

/** A secret as a file in a container. */
export interface SecretFile {
  readonly name: string;
  /** Left out: the latest one when the container starts. */
  readonly version?: number;
  /** The name of the file; left out: that of the secret. */
  readonly target?: string;
  /** A variable of the environment that is given the path of the file, such as DB_PASSWORD_FILE. */
  readonly env?: string;
  /** Octal; left out: `0444`. */
  readonly mode?: string;
  readonly uid?: number;
  readonly gid?: number;
  /** That of the secret when its value is read, or it is not there; set of those that somebody asks for who is narrowed to projects. */
  readonly project?: string;
}

/** Where the files are: a folder in memory, which is gone when the container stops. */
export const secretsFolder = '/run/secrets';

/** Where a container finds it. */
export function secretPath({ name, target = name }: Pick<SecretFile, 'name' | 'target'>): string {
  return `${secretsFolder}/${target}`;
}

export const mostSecrets = 1_000;
export const mostSecretVersions = 100;
/** Of one value; a body has at most 1 MiB. */
export const mostSecretBytes = 256 * 1024;
/** Of one container: all of them have room in its folder. */
export const mostSecretFiles = 32;
export const secretsFolderMiB = 9;

export function secretVersionId(name: string, version: number): string {
  return `${name}@${version}`;
}

/** A value can be read as that version of that secret only. */
export function secretContext(name: string, version: number): string {
  return `secret ${secretVersionId(name, version)}`;
}

/** Of a container that only fills the folder of another one, and never runs: the id of the other one. */
export const secretHolderLabel = 'satsuma.secrets-of';

/** Of the volume that is the folder of a container: no other container is given it. */
export const secretsVolumeLabel = 'satsuma.secrets';
