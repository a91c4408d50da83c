import type { PasswordLogin } from './account.ts';

/** The body of POST /apiv1/session, which logs a browser in. */
export type SessionBody = Omit<PasswordLogin, 'expires_in'> | TokenLogin | CodeReply;

export interface TokenLogin {
  readonly token: string;
}

/** How the provider of OpenID Connect has sent the browser back. */
export interface CodeReply {
  /** The query of the page's address, like `?code=...&state=...`. */
  readonly oidc_reply: string;
}

/** The answer to GET /apiv1/session and to a login. It has no token: that is in the cookie. */
export interface Session {
  readonly who: string;
  readonly role: string;
  /** Whether a cookie said who asks: such a login can be ended. */
  readonly cookie: boolean;
  /** Of the token; null: never, or there is none. */
  readonly expires_at: string | null;
}

/** The body of POST /apiv1/session/oidc. */
export interface OidcStartBody {
  /** Left out: the first of the server. */
  readonly issuer?: string;
  /** The address of the page, to which the provider sends the browser back. */
  readonly redirect_uri: string;
}

/** The answer: where the browser goes now. */
export interface OidcStart {
  readonly url: string;
}
