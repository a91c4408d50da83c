/** The first line of a backup. */
export interface BackupHead {
  /** The version of the form of backups. */
  readonly satsuma_backup: 1;
  /** Of what is in the store; see `src/store/format.ts`. */
  readonly format: number;
  /** The release that wrote it. */
  readonly version: string;
  /** RFC 3339. */
  readonly created_at: string;
  /** The name that containers have in their labels. */
  readonly installation: string;
}

/** The last line: how much is above it, and that servers with this key wrote it. */
export interface BackupEnd {
  readonly end: {
    readonly entries: number;
    /** The digest of all lines before this one, signed as labels of containers are. */
    readonly signed: Readonly<Record<string, string>>;
  };
}

/** The answer to POST /apiv1/restore. */
export interface Restored {
  readonly created_at: string;
  /** By kind: how many the backup has. */
  readonly entries: Readonly<Record<string, number>>;
  /** How many of them were there already, as in the backup. */
  readonly present: number;
  readonly dry_run: boolean;
}

export type BackupLine = BackupHead | BackupEntry | BackupEnd;

/** What the store holds under a kind and an id. */
export interface BackupEntry {
  readonly kind: string;
  readonly id: string;
  readonly value: unknown;
}
