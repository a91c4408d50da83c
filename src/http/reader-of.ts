import type { Request } from '@hapi/hapi';
import { anyone } from '../access/principal.ts';

/** Who reads: an account, whichever token it shows; a token without one; or, where nobody is asked, an address. */
export function readerOf({ app, info }: Pick<Request, 'app' | 'info'>): string {
  const { principal = anyone } = app;
  if (principal.account) return `account ${principal.account.name}`;
  return principal.tokenId === undefined ? `${principal.name} at ${info.remoteAddress}` : `token ${principal.name}`;
}
