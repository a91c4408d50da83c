import type { Noun, Verb } from './access.ts';

/** `began`: what goes on for as long as somebody likes, which has an entry of its own when it ends. */
export const auditResults = ['done', 'refused', 'failed', 'began'] as const;
export type AuditResult = (typeof auditResults)[number];

/** Who did what to what, from where, and what came of it. Nothing of a body or a query: they may hold secrets. */
export interface AuditEntry {
  /** RFC 3339. */
  readonly at: string;
  /** The name of an account, of a token without one, or of a door; `anyone` where nobody is asked, and null where nobody said. */
  readonly who: string | null;
  readonly role: string | null;
  /** The address that the request came from; '' where the connection was gone before it was known. */
  readonly from: string;
  /** Null: the route was not found out. */
  readonly verb: Verb | null;
  readonly noun: Noun | null;
  /** Names in the path, or of what was made; null where there is none. */
  readonly target: string | null;
  readonly method: string;
  readonly path: string;
  readonly result: AuditResult;
  /** Of HTTP; null while it goes on, and where the client went before it was answered. */
  readonly status: number | null;
  /** Of the error. */
  readonly code: string | null;
  /** Of a request that a policy refused: its name and the rule. */
  readonly policy?: string;
  readonly rule?: string;
  /** As its answer has it in `X-Request-Id`; '' of what no request did. */
  readonly request: string;
  /** Of a session of exec or attach, when it is over: how it ended. */
  readonly session?: SessionEnd;
  /** Of a session that a policy had recorded, when it ended. */
  readonly recording?: { readonly id: string; readonly bytes: number; readonly sha256: string };
  /** Of what a drain did. */
  readonly receipt?: DrainReceipt;
}

/** Its process ended, or whoever had the session left the process alone, or the session was cut. */
export type SessionEnd =
  | { readonly exit_code: number }
  | { readonly detached: true }
  /** The client went; whoever had it may not any more; the server stopped; or what `code` says went wrong. */
  | { readonly cut: 'client' | 'access' | 'server' | 'error' };

/** A replica that a drain stopped, and who was ready in its place before; or, without them, that the engine is empty. */
export interface DrainReceipt {
  /** The engine that is drained. */
  readonly drained: string;
  readonly stopped?: { readonly service: string; readonly slot: string; readonly container: string };
  /** Null: nobody, as of a service that may not have one more for a while. */
  readonly ready?: { readonly container: string; readonly engine: string; readonly since: string } | null;
}

/** What one server recorded within a moment: a link of the chain. */
export interface AuditBlock {
  /** From 1, without a gap. */
  readonly number: number;
  /** The hash of the block before; '' of the first. */
  readonly before: string;
  /** RFC 3339, by the server's clock. */
  readonly at: string;
  readonly server: string;
  readonly entries: readonly AuditEntry[];
  /** How many entries there was no room for before these. */
  readonly lost: number;
  /** SHA-256 of all the rest as canonical JSON, in hexadecimal. */
  readonly hash: string;
}

/** Where the chain is: one document. */
export interface AuditHead {
  /** The number and the hash of the last block; 0 and '' before the first. */
  readonly number: number;
  readonly hash: string;
  /** The number of the first block that is kept, and the hash of the one before it. */
  readonly first: number;
  readonly before: string;
  /** How many entries are kept. */
  readonly entries: number;
}

/** Where what is done is recorded. */
export interface AuditTrail {
  note(entry: AuditEntry): void;
}

export const auditHeadId = 'head';
export const emptyHead: AuditHead = { number: 0, hash: '', first: 1, before: '', entries: 0 };

/** Its id in the store: such ids sort as the numbers do. */
export function auditBlockId(number: number): string {
  return String(number).padStart(12, '0');
}
