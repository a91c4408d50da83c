import type { AccountRecord } from '../../model/account.ts';
import { isExpired, type TokenRecord } from '../../model/token.ts';

// Credentials with which an admin can create tokens for others. Scoped ones do not count.

/** A token that belongs to an account does not count: the account is counted. */
export function isTokenWayIn(token: TokenRecord, nowMs: number): boolean {
  return token.role === 'admin' && !token.account && !token.shown && !token.scope && !isExpired(token, nowMs);
}

export function isAccountWayIn({ role, scope }: AccountRecord): boolean {
  return role === 'admin' && !scope;
}
