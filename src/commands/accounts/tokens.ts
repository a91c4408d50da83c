import { randomUUID } from 'node:crypto';
import { AccessControl } from '../../access/access-control.ts';
import type { Principal } from '../../access/principal.ts';
import { hashOfToken, makeToken } from '../../access/token-text.ts';
import { isBuiltInRole, maxTokens } from '../../model/access.ts';
import { SatsumaError } from '../../model/errors.ts';
import { joinScopes, type Scope } from '../../model/scope.ts';
import type { TokenRecord, TokenSubject } from '../../model/token.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { DocumentChange } from '../../store/store.ts';
import { refuseBeyond } from './refuse-beyond.ts';
import { refuseUnknownScope, writeScoped } from './scoped-records.ts';

export interface NewToken {
  readonly name: string;
  readonly role: string;
  /** Absent: no scope, so everything. */
  readonly scope?: Scope | undefined;
  /** Absent: it does not expire. */
  readonly expiresInMs?: number;
  /** From an OpenID Connect provider. */
  readonly subject?: TokenSubject | undefined;
  /** Created by a login. Only the latest login tokens of a user are kept. */
  readonly isLogin?: boolean;
  /** The token that was shown at that login. */
  readonly shown?: TokenRecord['shown'] | undefined;
}

export interface NamedToken extends TokenRecord {
  readonly name: string;
}

export interface MadeToken {
  readonly token: string;
  readonly record: NamedToken;
}

type Accounts = Pick<Cluster, 'store' | 'cache' | 'clock' | 'logger'>;

/** How long expired tokens are listed; then they are deleted. */
const keptExpiredMs = 7 * 24 * 60 * 60 * 1000;
const maxForgotten = 100;
/** From this number on, tokens that are not valid any more are deleted at once. */
const crowded = maxTokens - 1_000;
const maxLogins = 100;

/**
 * Creates a token. Its text is only in this answer. The caller must have all permissions that it grants, and the token
 * does not outlive the caller's token. Throws `token_exists`, `no_such_role`, `no_such_project`, `forbidden`,
 * `invalid`.
 */
export async function createToken(
  cluster: Accounts,
  { name, role, scope, subject, expiresInMs, isLogin, shown }: NewToken,
  by: Principal,
): Promise<MadeToken> {
  const { cache, clock, logger } = cluster;
  if (!isBuiltInRole(role) && !cache.roles.get(role))
    throw new SatsumaError('no_such_role', `there is no role ${role}: see "satsuma role ls"`);
  // A token created by an account inherits its scope.
  const ofAccount = by.account && cache.accounts.get(by.account.name)?.value.scope;
  const control = new AccessControl(cache, clock);
  refuseBeyond(control, by, role, joinScopes(scope, ofAccount));
  refuseUnknownScope(cluster, scope);
  const forgotten = [...forgetDead(cluster, name), ...(isLogin ? forgetLogins(cluster, by, { subject, shown }) : [])];
  if (cache.tokens.count - forgotten.length >= maxTokens) {
    throw new SatsumaError('invalid', `there are ${maxTokens} tokens already: remove one first`);
  }
  const token = makeToken();
  const now = clock.now();
  const expiresAt = earlier(expiresInMs === undefined ? undefined : now + expiresInMs, control.endOf(by));
  const value: TokenRecord = {
    id: randomUUID(),
    hash: hashOfToken(token),
    role,
    createdAt: new Date(now).toISOString(),
    createdBy: by.name,
    ...(by.account && { account: by.account }),
    ...(isLogin && { isLogin }),
    ...(shown && { shown }),
    ...(subject && { subject }),
    ...(scope && { scope }),
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
  };
  const change = { kind: 'token', id: name, value, ifVersion: 0 } as const;
  const written = await writeScoped(cluster, change, forgotten);
  if (!written.ok) throw new SatsumaError('token_exists', `there is a token ${name} already: remove it first`);
  // The token is valid at once on this server, and shortly afterwards on the others.
  cache.apply({ kind: 'token', id: name, version: written.version, value });
  logger.info({ tokenName: name, role, by: by.name }, 'token created');
  return { token, record: { ...value, name } };
}

/** Sorted by name. */
export async function listTokens({ store }: Pick<Cluster, 'store'>): Promise<NamedToken[]> {
  return (await store.list('token')).map(({ id, value }) => ({ ...value, name: id }));
}

function earlier(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}

/** Changes that delete some long-expired tokens, or, if there is little room, any that are not valid any more. */
function forgetDead({ cache, clock }: Accounts, except: string): DocumentChange[] {
  const isCrowded = cache.tokens.count >= crowded;
  const before = clock.now() - (isCrowded ? 0 : keptExpiredMs);
  const isDead = ({ account, expiresAt = '' }: TokenRecord) =>
    Date.parse(expiresAt) < before ||
    (isCrowded && account && cache.accounts.get(account.name)?.value.id !== account.id);
  const dead = cache.tokens.all().filter(({ id, value }) => id !== except && isDead(value));
  return dead.slice(0, maxForgotten).map(({ id }) => ({ kind: 'token', id }) as const);
}

/** Changes that delete the oldest login tokens of a user beyond the limit. A login made with a login counts for the token behind both. */
function forgetLogins(
  { cache }: Accounts,
  by: Principal,
  { subject, shown }: Pick<NewToken, 'subject' | 'shown'>,
): DocumentChange[] {
  const isOfSame = (value: TokenRecord) =>
    shown
      ? value.shown?.id === shown.id
      : value.createdBy === by.name && value.subject?.id === subject?.id && value.subject?.issuer === subject?.issuer;
  const mine = cache.tokens.all().filter(({ value }) => value.isLogin && isOfSame(value));
  const surplus = Math.max(0, mine.length + 1 - maxLogins);
  const oldest = mine.sort((a, b) => (a.value.createdAt < b.value.createdAt ? -1 : 1)).slice(0, surplus);
  return oldest.map(({ id }) => ({ kind: 'token', id }) as const);
}
