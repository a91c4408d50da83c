import type { Principal } from '../../access/principal.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { refuseLastAdmin } from './refuse-last-admin.ts';

/**
 * Revokes the credential and ends the sessions opened with it. Throws `no_such_account` or `no_such_token`,
 * `last_admin`.
 */
export async function removeCredential(
  cluster: Pick<Cluster, 'store' | 'cache' | 'clock' | 'logger'>,
  { kind, name }: { readonly kind: 'account' | 'token'; readonly name: string },
  by: Principal,
): Promise<void> {
  const { store, cache, logger } = cluster;
  refuseLastAdmin(cluster, { kind, name }, by);
  const found = await store.read(kind, name);
  const written = found && (await store.write([{ kind, id: name, ifVersion: found.version }]));
  if (!written?.ok) throw new SatsumaError(`no_such_${kind}`, `there is no ${kind} ${name}`);
  cache.apply({ kind, id: name, version: written.version });
  if (kind === 'account') logger.info({ account: name, by: by.name }, 'account removed');
  else logger.info({ tokenName: name, by: by.name }, 'token revoked');
}
