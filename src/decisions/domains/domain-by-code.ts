import { requestCode } from '../../labels/router-token.ts';
import { oneForEach } from '../../runtime/one-for-each.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { StateCache } from '../../state/state-cache.ts';

interface Codes {
  readonly count: number;
  readonly domains: ReadonlyMap<string, string>;
}

const memoryOf = oneForEach<StateCache, { codes?: Codes }>(() => ({}));

/** The domain whose requests are reported with that code. */
export function domainByCode(
  { cache, installation }: Pick<Cluster, 'cache' | 'installation'>,
  code: string,
): string | undefined {
  const memory = memoryOf(cache);
  const { changeCount: count } = cache.domains;
  if (memory.codes?.count !== count) {
    const pairs = cache.domains.all().map(({ id }) => [requestCode(installation, id), id] as const);
    memory.codes = { count, domains: new Map(pairs) };
  }
  return memory.codes.domains.get(code);
}
