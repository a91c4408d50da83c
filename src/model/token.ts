import type { Scope } from './scope.ts';

/** A token, as the store keeps it: only its hash, from which the token cannot be recovered. */
export interface TokenRecord {
  /** Unique to this token: after it is removed, another token may get its name. */
  readonly id: string;
  /** SHA-256 of the token, in hex. */
  readonly hash: string;
  /** The name of the role. */
  readonly role: string;
  /** Restricts the token further than its role and its account do. */
  readonly scope?: Scope;
  readonly createdAt: string;
  /** The account that created it. */
  readonly createdBy: string;
  /** The account that owns it: the token is revoked with the account. Absent: no owner. */
  readonly account?: { readonly name: string; readonly id: string };
  /**
   * The OpenID Connect user who logged in. Identified by subject, because the provider may give the name to another
   * user.
   */
  readonly subject?: TokenSubject;
  /** The token with which the user logged in to the web page: this one is revoked with it, and has the same scope. */
  readonly shown?: { readonly name: string; readonly id: string };
  /** Created by a login. The number of such tokens per user is limited. */
  readonly isLogin?: boolean;
  /** Absent: it does not expire. */
  readonly expiresAt?: string;
}

export interface TokenSubject {
  readonly issuer: string;
  readonly id: string;
}

export function isExpired({ expiresAt }: TokenRecord, nowMs: number): boolean {
  return expiresAt !== undefined && Date.parse(expiresAt) <= nowMs;
}
