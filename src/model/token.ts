import type { Scope } from './scope.ts';

/** A token, as the store keeps it: nobody can make the token of it. */
export interface TokenRecord {
  /** Of this one: another may get its name when it is gone. */
  readonly id: string;
  /** SHA-256 of the token, in hex. */
  readonly hash: string;
  /** The name of the role. */
  readonly role: string;
  /** To what it is narrowed, beside its role and its account. */
  readonly scope?: Scope;
  readonly createdAt: string;
  /** Who made it. */
  readonly createdBy: string;
  /** Whose it is: it ends with the account. Left out: nobody's. */
  readonly account?: { readonly name: string; readonly id: string };
  /** Who logged in, by the provider of OpenID Connect: their name there may become another's. */
  readonly subject?: TokenSubject;
  /** A login made it: of those, somebody has a bounded number. */
  readonly isLogin?: boolean;
  /** Left out: it does not expire. */
  readonly expiresAt?: string;
}

export interface TokenSubject {
  readonly issuer: string;
  readonly id: string;
}

export function isExpired({ expiresAt }: TokenRecord, nowMs: number): boolean {
  return expiresAt !== undefined && Date.parse(expiresAt) <= nowMs;
}
