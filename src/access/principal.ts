import type { Role } from '../model/access.ts';

/** Who a request comes from. */
export interface Principal {
  /** For logs and answers: the name of a token or of a door. */
  readonly name: string;
  /** The name of the role that they have. */
  readonly role: string;
  /** The id of the token that they showed: another may have its name later. */
  readonly tokenId?: string;
  /** The account that the token belongs to: those that it makes belong to it as well. */
  readonly account?: { readonly name: string; readonly id: string };
}

/** Who is there where nobody is asked who they are. */
export const anyone: Principal = { name: 'anyone', role: 'admin' };

/** What is left to somebody whose role is gone. */
export const nothing: Role = { rules: [] };
