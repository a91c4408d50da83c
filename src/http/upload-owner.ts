import type { Request } from '@hapi/hapi';
import Joi from 'joi';
import { anyone } from '../access/principal.ts';

export const uploadId = Joi.string().guid();

/** Who may append to an upload, and build of it. A token that an account creates is the account's. */
export function uploadOwner({ app }: Pick<Request, 'app'>): string {
  const { account, tokenId, name } = app.principal ?? anyone;
  if (account) return `account/${account.id}`;
  return tokenId === undefined ? `name/${name}` : `token/${tokenId}`;
}
