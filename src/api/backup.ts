/** The first line of a backup. */
export interface BackupHead {
  /** The version of the backup format. */
  readonly satsuma_backup: 1;
  /** The version of the store format; see `src/store/format.ts`. */
  readonly format: number;
  /** The release that wrote it. */
  readonly version: string;
  /** RFC 3339. */
  readonly created_at: string;
  /** The installation id, as in the labels of containers. */
  readonly installation: string;
}

/** The last line: the number of entries, signed with the key of the servers. */
export interface BackupEnd {
  readonly end: {
    readonly entries: number;
    /** The digest of all lines before this one, signed like the labels of containers. */
    readonly signed: Readonly<Record<string, string>>;
  };
}

/** The answer to POST /apiv1/restore. */
export interface Restored {
  readonly created_at: string;
  /** How many entries the backup has, by kind. */
  readonly entries: Readonly<Record<string, number>>;
  /** How many of them existed already, with the same content. */
  readonly present: number;
  readonly dry_run: boolean;
}

export type BackupLine = BackupHead | BackupEntry | BackupEnd;

/** A document of the store, by kind and id. */
export interface BackupEntry {
  readonly kind: string;
  readonly id: string;
  readonly value: unknown;
}
