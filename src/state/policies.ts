import { SatsumaError } from '../model/errors.ts';
import type { ImageConfig } from '../model/image-config.ts';
import type { Policy } from '../model/policy.ts';
import { refuseViolations } from '../model/policy-refusal.ts';
import type { Cluster } from './cluster.ts';

/** Throws `no_such_policy`: the rules of a removed policy are unknown. */
export function findPolicy({ cache }: Pick<Cluster, 'cache'>, name: string): Policy {
  const found = cache.policies.get(name);
  if (!found) throw new SatsumaError('no_such_policy', `there is no policy ${name}: see "satsuma policy ls"`);
  return { name, rules: found.value.rules };
}

/** The policy of an image config. Throws `no_such_policy`. */
export function policyOf(cluster: Pick<Cluster, 'cache'>, { policy }: ImageConfig): Policy | undefined {
  return policy === undefined ? undefined : findPolicy(cluster, policy);
}

/** Checks the policy before anything is reserved or written. Throws `forbidden`, `no_such_policy`. */
export function refuseByPolicy(
  cluster: Pick<Cluster, 'cache' | 'pool'>,
  image: ImageConfig,
  policy: Policy | undefined = policyOf(cluster, image),
): void {
  if (policy) refuseViolations(policy, cluster.pool.violations(policy.rules, { image }));
}
