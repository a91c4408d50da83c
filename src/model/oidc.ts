/** The OpenID Connect provider whose ID tokens are accepted instead of passwords, and the roles they map to. */
export interface OidcSettings {
  /** The provider's URL, equal to `iss` in its tokens. */
  readonly issuer: string;
  /** The client id that the command line uses. */
  readonly clientId: string;
  /** The required audience (`aud`) of tokens. */
  readonly audience: string;
  /** The scopes that the command line requests. */
  readonly scopes: readonly string[];
  /** The claim that holds the user's name. */
  readonly nameClaim: string;
  /** The first mapping that matches a token determines its role. If none matches, the login is refused. */
  readonly roles: readonly OidcRole[];
  /** The lifetime of the token that is issued for an ID token. */
  readonly tokenSeconds: number;
}

/** Each claim must have a matching value: `eu-1`, `eu-*` or `/^eu-[0-9]+$/`. */
export interface OidcRole {
  readonly claims: Readonly<Record<string, string>>;
  readonly role: string;
}
