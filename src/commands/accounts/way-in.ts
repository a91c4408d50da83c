import type { AccountRecord } from '../../model/account.ts';
import { isExpired, type TokenRecord } from '../../model/token.ts';

// By these an admin comes in who can make tokens for others: whoever is narrowed makes none.

/** The token of an account is no way in without the account. */
export function isTokenWayIn(token: TokenRecord, nowMs: number): boolean {
  return token.role === 'admin' && !token.account && !token.scope && !isExpired(token, nowMs);
}

export function isAccountWayIn({ role, scope }: AccountRecord): boolean {
  return role === 'admin' && !scope;
}
