import type { Principal } from '../../access/principal.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { isAccountWayIn, isTokenWayIn } from './way-in.ts';

/**
 * Before a token or an account is removed: another unscoped admin must be left. Without authentication nobody can be
 * locked out. Throws `last_admin`.
 */
export function refuseLastAdmin(
  { cache, clock }: Pick<Cluster, 'cache' | 'clock'>,
  { kind, name }: { readonly kind: 'token' | 'account'; readonly name: string },
  by: Principal,
): void {
  if (by.tokenId === undefined && by.account === undefined) return;
  const now = clock.now();
  const ways = [
    ...cache.tokens.all().flatMap(({ id, value }) => (isTokenWayIn(value, now) ? [`token ${id}`] : [])),
    ...cache.accounts.all().flatMap(({ id, value }) => (isAccountWayIn(value) ? [`account ${id}`] : [])),
  ];
  const [last, ...others] = ways;
  if (last !== `${kind} ${name}` || others.length > 0) return;
  throw new SatsumaError(
    'last_admin',
    `${last} is the last admin without a scope: create another one first, for example with "satsuma token create NAME --role admin"`,
  );
}
