import type { Noun, Verb } from './access.ts';

/** `began`: the start of a session (exec, attach, a stream). Its end gets an entry of its own. */
export const auditResults = ['done', 'refused', 'failed', 'began'] as const;
export type AuditResult = (typeof auditResults)[number];

/**
 * One audited action: the actor, the target, the source address and the outcome. Never contains bodies or queries,
 * which may hold secrets.
 */
export interface AuditEntry {
  /** RFC 3339. */
  readonly at: string;
  /**
   * The name of the account, token or door. `anyone`: no authentication is required. Null: the caller did not identify
   * itself.
   */
  readonly who: string | null;
  readonly role: string | null;
  /** The address that the request came from; '' if the connection closed before it was known. */
  readonly from: string;
  /** Null: the request matched no route. */
  readonly verb: Verb | null;
  readonly noun: Noun | null;
  /** Names from the path, or the name of what was created; null if there is none. */
  readonly target: string | null;
  readonly method: string;
  readonly path: string;
  readonly result: AuditResult;
  /** The HTTP status; null while a session is open, or if the client disconnected before the answer. */
  readonly status: number | null;
  /** The error code. */
  readonly code: string | null;
  /** The policy that refused the request, and its rule. */
  readonly policy?: string;
  readonly rule?: string;
  /** The request id, as in the `X-Request-Id` header; '' for actions without a request. */
  readonly request: string;
  /** How a session of exec or attach ended. */
  readonly session?: SessionEnd;
  /** The recording of a session, if a policy required one. */
  readonly recording?: { readonly id: string; readonly bytes: number; readonly sha256: string };
  /** What a drain did. */
  readonly receipt?: DrainReceipt;
}

/** The process ended, the client detached from it, or the session was cut. */
export type SessionEnd =
  | { readonly exit_code: number }
  | { readonly detached: true }
  /**
   * `client`: the client disconnected. `access`: its permission was revoked. `server`: the server stopped. `error`: see
   * `code`.
   */
  | { readonly cut: 'client' | 'access' | 'server' | 'error' };

/**
 * A replica that a drain stopped, and the replica that was ready to replace it. Without `stopped` and `ready`: the
 * engine is now empty.
 */
export interface DrainReceipt {
  /** The drained engine. */
  readonly drained: string;
  readonly stopped?: { readonly service: string; readonly slot: string; readonly container: string };
  /** Null: there was no replacement, as for a service that must not exceed its replica count. */
  readonly ready?: { readonly container: string; readonly engine: string; readonly since: string } | null;
}

/** The entries that one server recorded within a moment: a block of the hash chain. */
export interface AuditBlock {
  /** Starts at 1, without gaps. */
  readonly number: number;
  /** The hash of the previous block; '' for the first. */
  readonly before: string;
  /** RFC 3339, by the server's clock. */
  readonly at: string;
  readonly server: string;
  readonly entries: readonly AuditEntry[];
  /** How many entries were dropped before these, for lack of space. */
  readonly lost: number;
  /** SHA-256 of all other fields as canonical JSON, in hexadecimal. */
  readonly hash: string;
}

/** The current state of the chain: one document. */
export interface AuditHead {
  /** The number and hash of the last block; 0 and '' for an empty chain. */
  readonly number: number;
  readonly hash: string;
  /** The number of the oldest block that is kept, and the hash of the block before it. */
  readonly first: number;
  readonly before: string;
  /** How many entries are kept. */
  readonly entries: number;
}

/** Records audited actions. */
export interface AuditTrail {
  note(entry: AuditEntry): void;
}

export const auditHeadId = 'head';
export const emptyHead: AuditHead = { number: 0, hash: '', first: 1, before: '', entries: 0 };

/** The id of a block in the store. Ids sort in the order of their numbers. */
export function auditBlockId(number: number): string {
  return String(number).padStart(12, '0');
}
