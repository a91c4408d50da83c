import type { Noun, RoleRule, Verb } from '../model/access.ts';

/** Restricts an account, token or role further. Absent: no restriction. */
export interface ScopeFields {
  readonly projects?: readonly string[];
  /** An engine must have all of these labels. */
  readonly engine_labels?: readonly string[];
}

/** The same in answers; null: no restriction. */
export interface AnsweredScope {
  readonly projects: readonly string[] | null;
  readonly engine_labels: readonly string[] | null;
}

/** The body of POST /apiv1/token. */
export interface NewTokenBody extends ScopeFields {
  readonly name: string;
  readonly role: string;
  /** Seconds. Default: 90 days. */
  readonly expires_in?: number | 'never';
}

export interface Token extends AnsweredScope {
  readonly name: string;
  readonly role: string;
  readonly created_at: string;
  readonly created_by: string;
  /** The account that owns it; it is revoked with the account. Null: no owner. */
  readonly account: string | null;
  /** The OpenID Connect user who logged in; null: not created by such a login. */
  readonly subject: { readonly issuer: string; readonly id: string } | null;
  /** Null: it does not expire. */
  readonly expires_at: string | null;
  readonly state: 'valid' | 'expired';
}

/** The only answer that contains a token. */
export interface NewToken extends Token {
  readonly token: string;
}

/** The body of POST /apiv1/account. */
export interface NewAccountBody extends ScopeFields {
  readonly name: string;
  readonly role: string;
  /** Never returned. */
  readonly password: string;
}

/** The body of POST /apiv1/account/{name}/password. */
export interface NewPasswordBody {
  /** Never returned. */
  readonly password: string;
  /** Required to change one's own password. */
  readonly old_password?: string;
}

export interface Account extends AnsweredScope {
  readonly name: string;
  readonly role: string;
  readonly created_at: string;
  readonly created_by: string;
}

/** The body of POST /apiv1/login, which answers with a token. */
export type LoginBody = PasswordLogin | IdTokenLogin;

export interface PasswordLogin {
  readonly account: string;
  readonly password: string;
  /** Seconds. Default: one day. */
  readonly expires_in?: number;
}

export interface IdTokenLogin {
  /** From a provider that GET /apiv1/oidc lists. */
  readonly id_token: string;
}

/** The answer to GET /apiv1/oidc: the provider that issues ID tokens, and the client id for it. */
export interface OidcProvider {
  readonly issuer: string;
  readonly client_id: string;
  readonly scopes: readonly string[];
  /** All accepted providers; the first is the default. */
  readonly issuers: readonly string[];
}

/** The body of POST /apiv1/role. */
export interface NewRoleBody extends ScopeFields {
  readonly name: string;
  readonly rules: readonly RoleRule[];
  readonly policy?: string;
}

export interface Role extends AnsweredScope {
  readonly name: string;
  readonly rules: readonly RoleRule[];
  /** Null: no policy. */
  readonly policy: string | null;
  readonly built_in: boolean;
  /** Null: built-in. */
  readonly created_at: string | null;
}

/** The answer to GET /apiv1/can-i. */
export interface CanI extends AnsweredScope {
  readonly allowed: boolean;
  readonly verb: Verb;
  readonly noun: Noun;
  /** The caller and its role. */
  readonly who: string;
  readonly role: string;
}
