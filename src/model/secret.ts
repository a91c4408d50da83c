/**
 * A secret value for containers that is not part of the image config. This is its metadata; versions are separate
 * documents.
 */
export interface SecretRecord {
  /** The latest version. */
  readonly version: number;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Absent: `default`. */
  readonly project?: string;
  /** For clients, to find their secrets. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Immutable. */
export interface SecretVersion {
  /** Encrypted with the registry key, in base64. */
  readonly value: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly createdBy: string;
}

/** A secret as a file in a container. */
export interface SecretFile {
  readonly name: string;
  /** Absent: the latest version when the container starts. */
  readonly version?: number;
  /**
   * The file name in the secrets folder, or an absolute path: that is a file on the container's own disk, for
   * configuration. Absent: the secret's name.
   */
  readonly target?: string;
  /** An environment variable that is set to the path of the file, such as DB_PASSWORD_FILE. */
  readonly env?: string;
  /** Octal. Absent: `0444`. */
  readonly mode?: string;
  readonly uid?: number;
  readonly gid?: number;
  /**
   * The project that the secret must belong to when its value is read; otherwise the secret counts as missing. Set for
   * requests of callers whose scope restricts them to projects.
   */
  readonly project?: string;
}

/** An in-memory folder for secret files; it is deleted when the container stops. */
export const secretsFolder = '/run/secrets';

/** The path of the secret in the container. */
export function secretPath({ name, target = name }: Pick<SecretFile, 'name' | 'target'>): string {
  return target.startsWith('/') ? target : `${secretsFolder}/${target}`;
}

/** Whether the file is in the in-memory folder. Other files are on the container's disk and survive its stop. */
export function isInMemory({ target = '' }: Pick<SecretFile, 'target'>): boolean {
  return !target.startsWith('/');
}

export const maxSecrets = 1_000;
export const maxSecretVersions = 100;
/** Per value; a request body has at most 1 MiB. */
export const maxSecretBytes = 256 * 1024;
/** Per container: so many files of that size fit into the folder. */
export const maxSecretFiles = 32;
export const secretsFolderMiB = 9;

export function secretVersionId(name: string, version: number): string {
  return `${name}@${version}`;
}

/** The encryption context: a value can only be decrypted as this version of this secret. */
export function secretContext(name: string, version: number): string {
  return `secret ${secretVersionId(name, version)}`;
}

/** On a helper container that fills the secrets folder of another container, and never runs: the other one's id. */
export const secretHolderLabel = 'satsuma.secrets-of';

/** On the volume of a container's secrets folder, so that no other container gets it. */
export const secretsVolumeLabel = 'satsuma.secrets';
