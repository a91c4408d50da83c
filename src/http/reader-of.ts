import type { Request } from '@hapi/hapi';
import { anyone } from '../access/principal.ts';

/**
 * The identity by which readers are counted: an account, a token without an account, or, without authentication, an
 * address.
 */
export function readerOf({ app, info }: Pick<Request, 'app' | 'info'>): string {
  const { principal = anyone } = app;
  if (principal.account) return `account ${principal.account.name}`;
  return principal.tokenId === undefined ? `${principal.name} at ${info.remoteAddress}` : `token ${principal.name}`;
}
