/** The answer to GET /apiv1/audit/verify. */
export interface AuditVerdict {
  readonly ok: boolean;
  /** The first thing that is wrong, as a sentence. */
  readonly problem: string | null;
  /** The number of the first block that is kept. */
  readonly first: number;
  /** How many blocks and entries are whole, from the first. */
  readonly blocks: number;
  readonly entries: number;
  /** How many entries there was no room for. */
  readonly lost: number;
  /** The last block that is whole. Whoever keeps its hash elsewhere knows later that nothing before it was changed. */
  readonly head: { readonly number: number; readonly hash: string };
}

/** A session of exec or attach that a policy had recorded. */
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
  /** Null: it goes on, or its server was killed. */
  readonly ended_at: string | null;
  readonly bytes: number;
  /** Of the file; null until it ends. */
  readonly sha256: string | null;
}

/** A line of asciicast v2: its head, and then what was printed when (`o`), and the sizes of the window (`r`). */
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
