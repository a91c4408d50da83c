import type { Role } from '../model/access.ts';

/** The originator of a request. */
export interface Principal {
  /** The name of the token, account or door, for logs and answers. */
  readonly name: string;
  /** The name of the role that they have. */
  readonly role: string;
  /** The id of the token: a later token may have the same name. */
  readonly tokenId?: string;
  /** The account that owns the token; tokens that it creates belong to it as well. */
  readonly account?: { readonly name: string; readonly id: string };
}

/** The principal if authentication is disabled. */
export const anyone: Principal = { name: 'anyone', role: 'admin' };

/** The role of a principal whose role was removed. */
export const nothing: Role = { rules: [] };
