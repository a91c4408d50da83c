import { requestCode } from '../../labels/router-token.ts';
import type { Cluster } from '../../state/cluster.ts';
import { memoizeByDomains } from './memoize-by-domains.ts';

type Signed = Pick<Cluster, 'cache' | 'installation'>;

const domainsByCode = memoizeByDomains<Signed, ReadonlyMap<string, string>>(
  ({ cache, installation }) => new Map(cache.domains.all().map(({ id }) => [requestCode(installation, id), id])),
);

/** Finds the domain whose requests are reported with this code. */
export function domainByCode(cluster: Signed, code: string): string | undefined {
  return domainsByCode(cluster).get(code);
}
