import type { Scope } from './scope.ts';

/** An account with a password, as the store keeps it. */
export interface AccountRecord {
  /** Unique to this account: after it is removed, another account may get its name. */
  readonly id: string;
  /** The name of the role. */
  readonly role: string;
  /** Restricts the account further than its role does. */
  readonly scope?: Scope;
  readonly password: PasswordHash;
  readonly createdAt: string;
  /** The account that created it. */
  readonly createdBy: string;
}

/** The scrypt hash of a password with its parameters, in base64. */
export interface PasswordHash {
  readonly salt: string;
  readonly hash: string;
  /** scrypt's N, r and p. */
  readonly cost: readonly [n: number, r: number, p: number];
}

export const maxAccounts = 1_000;

/** The account that the first start creates when there is none, with `createdBy` `start`. */
export const firstAccountName = 'admin';
