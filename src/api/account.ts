import type { Noun, RoleRule, Verb } from '../model/access.ts';

/** To what somebody is narrowed, beside what else narrows them; left out: to nothing. */
export interface ScopeFields {
  readonly projects?: readonly string[];
  /** An engine must have all of them. */
  readonly engine_labels?: readonly string[];
}

/** The same in answers; null: it narrows to nothing. */
export interface AnsweredScope {
  readonly projects: readonly string[] | null;
  readonly engine_labels: readonly string[] | null;
}

/** The body of POST /apiv1/token. */
export interface NewTokenBody extends ScopeFields {
  readonly name: string;
  readonly role: string;
  /** Seconds. Left out: 90 days. */
  readonly expires_in?: number | 'never';
}

export interface Token extends AnsweredScope {
  readonly name: string;
  readonly role: string;
  readonly created_at: string;
  readonly created_by: string;
  /** Null: of none. It ends with the account. */
  readonly account: string | null;
  /** Who logged in with OpenID Connect; null: nobody did. */
  readonly subject: { readonly issuer: string; readonly id: string } | null;
  /** Null: never. */
  readonly expires_at: string | null;
  readonly state: 'valid' | 'expired';
}

/** The only answer with a token in it. */
export interface NewToken extends Token {
  readonly token: string;
}

/** The body of POST /apiv1/account. */
export interface NewAccountBody extends ScopeFields {
  readonly name: string;
  readonly role: string;
  /** Never answered. */
  readonly password: string;
}

/** The body of POST /apiv1/account/{name}/password. */
export interface NewPasswordBody {
  /** Never answered. */
  readonly password: string;
  /** Needed for one's own. */
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
  /** Seconds. Left out: a day. */
  readonly expires_in?: number;
}

export interface IdTokenLogin {
  /** Of a provider that GET /apiv1/oidc names. */
  readonly id_token: string;
}

/** The answer to GET /apiv1/oidc: whom to ask for an ID token, and as which client. */
export interface OidcProvider {
  readonly issuer: string;
  readonly client_id: string;
  readonly scopes: readonly string[];
  /** Of all providers whose ID tokens the server takes; the first is the one that is meant where none is named. */
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
  /** Null: none. */
  readonly policy: string | null;
  readonly built_in: boolean;
  /** Null: it was always there. */
  readonly created_at: string | null;
}

/** The answer to GET /apiv1/can-i. */
export interface CanI extends AnsweredScope {
  readonly allowed: boolean;
  readonly verb: Verb;
  readonly noun: Noun;
  /** Who asks, and their role. */
  readonly who: string;
  readonly role: string;
}
