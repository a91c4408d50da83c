/** Whose ID tokens are taken in place of a password, and what whoever shows one may do. */
export interface OidcSettings {
  /** The URL of the provider, as its tokens have it in `iss`. */
  readonly issuer: string;
  /** As which the command line asks the provider. */
  readonly clientId: string;
  /** What tokens must be meant for, in `aud`. */
  readonly audience: string;
  /** What the command line asks the provider for. */
  readonly scopes: readonly string[];
  /** The claim that somebody is called by. */
  readonly nameClaim: string;
  /** The first that fits a token says its role; where none does, it opens nothing. */
  readonly roles: readonly OidcRole[];
  /** For how long the token is valid that is given for an ID token. */
  readonly tokenSeconds: number;
}

/** Each claim must have a value that matches: `eu-1`, `eu-*` or `/^eu-[0-9]+$/`. */
export interface OidcRole {
  readonly claims: Readonly<Record<string, string>>;
  readonly role: string;
}
