import { randomUUID } from 'node:crypto';
import type { IdTokens } from '../../access/id-tokens.ts';
import type { OidcSettings } from '../../model/oidc.ts';
import type { Cluster } from '../../state/cluster.ts';
import { createToken, type MadeToken } from './tokens.ts';

/**
 * Creates a token for the bearer of an ID token, with the role that its claims map to. Throws `unauthenticated`,
 * `forbidden`, `no_such_role`, `oidc_unavailable`.
 */
export async function logInWithOidc(
  cluster: Pick<Cluster, 'store' | 'cache' | 'clock' | 'logger'>,
  idTokens: IdTokens,
  { idToken, tokenSeconds }: { readonly idToken: string } & Pick<OidcSettings, 'tokenSeconds'>,
): Promise<MadeToken> {
  const { name, role, subject } = await idTokens.identify(idToken).catch((error: unknown) => {
    cluster.logger.warn({ err: error }, 'OIDC login failed');
    throw error;
  });
  const ends = { expiresInMs: tokenSeconds * 1000, isLogin: true };
  const token = { name: `${name}-${randomUUID().slice(0, 8)}`, role, subject, ...ends };
  // No account can have a name with a colon.
  return await createToken(cluster, token, { name: `oidc:${name}`, role });
}
