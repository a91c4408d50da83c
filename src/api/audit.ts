/** The answer to GET /apiv1/audit/verify. */
export interface AuditVerdict {
  readonly ok: boolean;
  /** The first inconsistency, as a sentence. */
  readonly problem: string | null;
  /** The number of the oldest block that is kept. */
  readonly first: number;
  /** How many blocks and entries are valid, counted from the oldest. */
  readonly blocks: number;
  readonly entries: number;
  /** How many entries were dropped for lack of space. */
  readonly lost: number;
  /** The last valid block. Its hash, kept elsewhere, later proves that no earlier block was changed. */
  readonly head: { readonly number: number; readonly hash: string };
}

/** A session of exec or attach that a policy required to be recorded. */
export interface Recording {
  readonly id: string;
  readonly who: string | null;
  readonly role: string | null;
  readonly from: string;
  readonly verb: 'exec' | 'attach';
  readonly container: string;
  readonly container_id: string;
  readonly engine: string;
  /** RFC 3339. */
  readonly started_at: string;
  /** Null: it is running, or its server was killed. */
  readonly ended_at: string | null;
  readonly bytes: number;
  /** SHA-256 of the file; null until it ends. */
  readonly sha256: string | null;
}

/** A line of asciicast v2: the header, then output (`o`) and window sizes (`r`) with their times. */
export type RecordingLine =
  | {
      readonly version: number;
      readonly width: number;
      readonly height: number;
      readonly timestamp: number;
      readonly command?: string;
      readonly title: string;
    }
  | readonly (string | number)[];
