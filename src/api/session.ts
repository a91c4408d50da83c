import type { PasswordLogin } from './account.ts';

/** The body of POST /apiv1/session, which logs a browser in. */
export type SessionBody = Omit<PasswordLogin, 'expires_in'> | TokenLogin | CodeReply;

export interface TokenLogin {
  readonly token: string;
}

/** The redirect of the OpenID Connect provider. */
export interface CodeReply {
  /** The query of the page's address, like `?code=...&state=...`. */
  readonly oidc_reply: string;
}

/** The answer to GET /apiv1/session and to a login. Without the token, which is in the cookie. */
export interface Session {
  readonly who: string;
  readonly role: string;
  /** Whether the caller is authenticated by a cookie, and can log out. */
  readonly cookie: boolean;
  /** The expiry of the token; null: it does not expire, or there is none. */
  readonly expires_at: string | null;
}

/** The body of POST /apiv1/session/oidc. */
export interface OidcStartBody {
  /** Default: the first provider of the server. */
  readonly issuer?: string;
  /** The address of the page, to which the provider redirects the browser. */
  readonly redirect_uri: string;
}

/** The answer: the authorization URL for the browser. */
export interface OidcStart {
  readonly url: string;
}
