import type { Scope } from './scope.ts';

/** Somebody with a password, as the store keeps them. */
export interface AccountRecord {
  /** Of this one: another may get its name when it is gone. */
  readonly id: string;
  /** The name of the role. */
  readonly role: string;
  /** To what it is narrowed, beside its role. */
  readonly scope?: Scope;
  readonly password: PasswordHash;
  readonly createdAt: string;
  /** Who made it. */
  readonly createdBy: string;
}

/** What scrypt made of a password, and how; in base64. */
export interface PasswordHash {
  readonly salt: string;
  readonly hash: string;
  /** Its N, r and p. */
  readonly cost: readonly [n: number, r: number, p: number];
}

export const mostAccounts = 1_000;

/** Of the one that a start makes where there is none, with `createdBy` `start`. */
export const firstAccountName = 'admin';
