import { randomUUID } from 'node:crypto';
import { AccessControl } from '../../access/access-control.ts';
import type { Principal } from '../../access/principal.ts';
import { invalidToken } from '../../access/token-text.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { removeCredential } from './remove-credential.ts';
import { createToken, type MadeToken } from './tokens.ts';

type Accounts = Pick<Cluster, 'store' | 'cache' | 'clock' | 'logger'>;

const dayMs = 86_400_000;
const maxNameLength = 100;

/**
 * A token for a browser, in place of the one that is shown: it ends with that one, and after a day, and a logout ends it alone. It may do
 * the same. Throws `unauthenticated`, `no_such_role`.
 */
export async function logInWithToken(cluster: Accounts, shown: string): Promise<MadeToken> {
  const { cache, clock } = cluster;
  const by = new AccessControl(cache, clock).principalOfToken(shown);
  const found = by && cache.tokens.get(by.name)?.value;
  if (!by || !found) throw new SatsumaError('unauthenticated', invalidToken);
  return await createToken(
    cluster,
    {
      ...{ name: `${by.name.slice(0, maxNameLength)}-${randomUUID().slice(0, 8)}`, role: by.role },
      ...{ expiresInMs: dayMs, isLogin: true, scope: found.scope },
      // A login that is shown has no deeper one.
      shown: found.shown ?? { name: by.name, id: found.id },
      ...(found.subject && { subject: found.subject }),
    },
    by,
  );
}

/** Ends the login that has this token, on every server. A token that no login made stays. */
export async function logOut(cluster: Accounts, principal: Principal): Promise<void> {
  const { name, role, tokenId } = principal;
  const found = cluster.cache.tokens.get(name)?.value;
  if (!found?.isLogin || found.id !== tokenId) return;
  // What a login has made can be had again, so it is nobody's last way in.
  await removeCredential(cluster, { kind: 'token', name }, { name, role }).catch((error: unknown) => {
    if (!(error instanceof SatsumaError) || error.code !== 'no_such_token') throw error;
  });
}
