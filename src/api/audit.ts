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
