import { allows, builtInRoles, isBuiltInRole, isNarrowable, type Noun, type Role, type Verb } from '../model/access.ts';
import { joinScopes, type Scope } from '../model/scope.ts';
import { isExpired, type TokenRecord } from '../model/token.ts';
import type { Clock } from '../state/clock.ts';
import type { StateCache } from '../state/state-cache.ts';
import { nothing, type Principal } from './principal.ts';
import { hashOfToken, isTokenText } from './token-text.ts';

/** Used for a missing token or account: no restriction. */
const unnarrowed: { readonly id?: string; readonly scope?: Scope } = {};

/** The verified content of a client certificate. */
export interface Certified {
  readonly name: string;
  /** In milliseconds since 1970. */
  readonly validFrom: number;
}

/**
 * Certificates are valid from an hour before their issue, for hosts whose clocks are behind; times are in whole
 * seconds.
 */
const backdatedMs = 3_600_000 + 1_000;

/** Authenticates and authorizes from memory: takes microseconds, and no store access. */
export class AccessControl {
  readonly #cache: Pick<StateCache, 'tokens' | 'roles' | 'accounts'>;
  readonly #clock: Pick<Clock, 'now'>;

  constructor(cache: Pick<StateCache, 'tokens' | 'roles' | 'accounts'>, clock: Pick<Clock, 'now'>) {
    this.#cache = cache;
    this.#clock = clock;
  }

  /** The owner of a token; undefined: it is unknown, expired or revoked. */
  principalOfToken(token: string): Principal | undefined {
    if (!isTokenText(token)) return undefined;
    const found = this.#cache.tokens.withHash(hashOfToken(token));
    if (!found || !this.#isLive(found.value)) return undefined;
    const { id: tokenId, role, account } = found.value;
    return { name: found.id, role, tokenId, ...(account && { account }) };
  }

  /**
   * The account of a verified certificate. A certificate issued before the account was created belongs to an earlier
   * account with the same name.
   */
  principalOfCertificate({ name, validFrom }: Certified): Principal | 'issued before' | undefined {
    const { id, role, createdAt } = this.#cache.accounts.get(name)?.value ?? {};
    if (id === undefined || role === undefined || createdAt === undefined) return undefined;
    if (!(validFrom + backdatedMs >= Date.parse(createdAt))) return 'issued before';
    return { name, role, account: { name, id } };
  }

  may(principal: Principal, verb: Verb, noun: Noun): boolean {
    if (!this.mayWithin(principal, verb, noun)) return false;
    return isNarrowable(verb, noun) || this.scopeOf(principal) === undefined;
  }

  /** For a request that keeps to the principal's scope by itself. */
  mayWithin({ role }: Principal, verb: Verb, noun: Noun): boolean {
    return allows(this.role(role), verb, noun);
  }

  /**
   * The combined scope of their role, account and token; undefined: unrestricted. If one of them was removed or
   * replaced, no project is allowed.
   */
  scopeOf({ name, role, tokenId, account }: Principal): Scope | undefined {
    const token = tokenId === undefined ? unnarrowed : this.#cache.tokens.get(name)?.value;
    const owner = account ? this.#cache.accounts.get(account.name)?.value : unnarrowed;
    const given = isBuiltInRole(role) ? unnarrowed : this.#cache.roles.get(role)?.value;
    const isWhole = given && owner && token && owner.id === account?.id && token.id === tokenId;
    return isWhole ? joinScopes(given.scope, owner.scope, token.scope) : { projects: [] };
  }

  /** A removed role allows nothing. */
  role(name: string): Role {
    return isBuiltInRole(name) ? builtInRoles[name] : (this.#cache.roles.get(name)?.value ?? nothing);
  }

  /** The policy that their containers are checked against. */
  policyOf({ role }: Principal): string | undefined {
    return this.role(role).policy;
  }

  /** Whether the principal is still valid: the token is neither revoked nor expired, and the account exists. */
  isCurrent({ name, tokenId, account }: Principal): boolean {
    if (tokenId === undefined) return account === undefined || this.#hasAccount(account);
    const found = this.#cache.tokens.get(name)?.value;
    return found !== undefined && found.id === tokenId && this.#isLive(found);
  }

  /** The expiry of the principal's token; undefined: it has none. Tokens of accounts end with the account. */
  endOf({ name, tokenId, account }: Principal): number | undefined {
    const found = this.#cache.tokens.get(name)?.value;
    if (tokenId === undefined || account || found?.id !== tokenId) return undefined;
    // The client can log in again with its token.
    const shown = found.shown ? this.#cache.tokens.get(found.shown.name)?.value : found;
    return shown?.expiresAt === undefined ? undefined : Date.parse(shown.expiresAt);
  }

  #isLive(token: TokenRecord): boolean {
    if (token.account && !this.#hasAccount(token.account)) return false;
    // The parent token is not a login itself, so there is only one level.
    if (token.shown && this.#cache.tokens.get(token.shown.name)?.value.id !== token.shown.id) return false;
    return !isExpired(token, this.#clock.now());
  }

  #hasAccount({ name, id }: NonNullable<Principal['account']>): boolean {
    return this.#cache.accounts.get(name)?.value.id === id;
  }
}
