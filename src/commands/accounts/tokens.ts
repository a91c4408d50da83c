import { randomUUID } from 'node:crypto';
import { AccessControl } from '../../access/access-control.ts';
import type { Principal } from '../../access/principal.ts';
import { hashOfToken, makeToken } from '../../access/token-text.ts';
import { isBuiltInRole, mostTokens } from '../../model/access.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { TokenRecord } from '../../model/token.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { DocumentChange } from '../../store/store.ts';
import { refuseBeyond } from './refuse-beyond.ts';
import { refuseLastAdmin } from './refuse-last-admin.ts';

export interface NewToken {
  readonly name: string;
  readonly role: string;
  /** Left out: it does not expire. */
  readonly expiresInMs?: number;
}

export interface NamedToken extends TokenRecord {
  readonly name: string;
}

export interface MadeToken {
  readonly token: string;
  readonly record: NamedToken;
}

type Accounts = Pick<Cluster, 'store' | 'cache' | 'clock' | 'logger'>;

/** So long are expired tokens shown; then they make room. */
const keptExpiredMs = 7 * 24 * 60 * 60 * 1000;
const mostForgotten = 100;

/**
 * Makes a token, which nobody can be told again. Its maker must be allowed all that its role allows. Throws `token_exists`,
 * `no_such_role`, `forbidden`, `invalid`.
 */
export async function createToken(
  cluster: Accounts,
  { name, role, expiresInMs }: NewToken,
  by: Principal,
): Promise<MadeToken> {
  const { store, cache, clock, logger } = cluster;
  if (!isBuiltInRole(role) && !cache.roles.get(role))
    throw new SatsumaError('no_such_role', `there is no role ${role}: see "satsuma role ls"`);
  refuseBeyond(new AccessControl(cache, clock), by, role);
  if (cache.tokens.count >= mostTokens) {
    throw new SatsumaError('invalid', `there are ${mostTokens} tokens already: remove one first`);
  }
  const token = makeToken();
  const now = clock.now();
  const value: TokenRecord = {
    id: randomUUID(),
    hash: hashOfToken(token),
    role,
    createdAt: new Date(now).toISOString(),
    createdBy: by.name,
    ...(by.account && { account: by.account }),
    ...(expiresInMs !== undefined && { expiresAt: new Date(now + expiresInMs).toISOString() }),
  };
  const change = { kind: 'token', id: name, value, ifVersion: 0 } as const;
  const written = await store.write([change, ...forgetOld(cluster, name)]);
  if (!written.ok) throw new SatsumaError('token_exists', `there is a token ${name} already: remove it first`);
  // It is good from now on, on this server; the others learn of it in a moment.
  cache.apply({ kind: 'token', id: name, version: written.version, value });
  logger.info({ tokenName: name, role, by: by.name }, 'token created');
  return { token, record: { ...value, name } };
}

/** Sorted by name. */
export async function listTokens({ store }: Pick<Cluster, 'store'>): Promise<NamedToken[]> {
  return (await store.list('token')).map(({ id, value }) => ({ ...value, name: id }));
}

/** It opens nothing any more, and what it has opened ends. Throws `no_such_token`, `last_admin`. */
export async function revokeToken(cluster: Accounts, name: string, by: Principal): Promise<void> {
  const { store, cache, logger } = cluster;
  refuseLastAdmin(cluster, { kind: 'token', name }, by);
  const found = await store.read('token', name);
  const written = found && (await store.write([{ kind: 'token', id: name, ifVersion: found.version }]));
  if (!written?.ok) throw new SatsumaError('no_such_token', `there is no token ${name}`);
  cache.apply({ kind: 'token', id: name, version: written.version });
  logger.info({ tokenName: name, by: by.name }, 'token revoked');
}

/** Changes that remove some of what expired long ago. */
function forgetOld({ cache, clock }: Accounts, except: string): DocumentChange[] {
  const before = clock.now() - keptExpiredMs;
  const old = cache.tokens.all().filter(({ id, value }) => id !== except && Date.parse(value.expiresAt ?? '') < before);
  return old.slice(0, mostForgotten).map(({ id }) => ({ kind: 'token', id }) as const);
}
