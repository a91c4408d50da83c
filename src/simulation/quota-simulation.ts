import type { Claim, ClaimSums } from '../model/claim.ts';
import type { SatsumaError } from '../model/errors.ts';
import type { ImageConfig } from '../model/image-config.ts';
import { isQuotaClaim } from '../model/project.ts';
import type { Cluster } from '../state/cluster.ts';
import { quotaRefusal } from '../state/quota-exceeded.ts';

/** The simulated usage of project quotas. `cache` absent: no quotas. */
export class QuotaSimulation {
  readonly #cache: Cluster['cache'] | undefined;
  /** The difference to the current usage. */
  readonly #moved = new Map<string, number>();

  constructor(cache: Cluster['cache'] | undefined) {
    const isLimited = cache?.projects.all().some(({ value }) => Object.keys(value.quota).length > 0);
    this.#cache = isLimited ? cache : undefined;
  }

  refusalOf(image: ImageConfig): SatsumaError | undefined {
    const cache = this.#cache;
    return cache && quotaRefusal({ cache }, image, (key) => cache.quotas.used(key) + (this.#moved.get(key) ?? 0));
  }

  add(claims: readonly Claim[], times: 1 | -1): void {
    if (!this.#cache) return;
    for (const { key, amount } of claims.filter(isQuotaClaim)) this.#move(key, times * amount);
  }

  /** The sums of an engine before and after a change. */
  exchange(before: ClaimSums, after: ClaimSums): void {
    if (!this.#cache || before === after) return;
    for (const [key, sum] of before) if (isQuotaClaim({ key })) this.#move(key, -sum);
    for (const [key, sum] of after) if (isQuotaClaim({ key })) this.#move(key, sum);
  }

  #move(key: string, amount: number): void {
    this.#moved.set(key, (this.#moved.get(key) ?? 0) + amount);
  }
}
