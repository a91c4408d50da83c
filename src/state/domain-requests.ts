import { maxDomains } from '../model/domain.ts';
import { oneForEach } from '../runtime/one-for-each.ts';
import type { StateCache } from './state-cache.ts';

/** The first digit of the status; `0`: the request was aborted before the response. */
const statusClasses = ['0', '1xx', '2xx', '3xx', '4xx', '5xx'] as const;
type StatusClass = (typeof statusClasses)[number];

/** Counts the routers' responses by domain. Each server counts the reports that it received since its start. */
class DomainRequests {
  readonly #cache: Pick<StateCache, 'domains'>;
  readonly #counts = new Map<string, Map<StatusClass, number>>();

  constructor(cache: Pick<StateCache, 'domains'>) {
    this.#cache = cache;
  }

  count(domain: string, status: number): void {
    const counts = this.#counts.get(domain) ?? this.#begin(domain);
    const which = statusClasses[Math.floor(status / 100)] ?? '0';
    counts.set(which, (counts.get(which) ?? 0) + 1);
  }

  *all(): Generator<readonly [domain: string, code: StatusClass, count: number]> {
    for (const [domain, counts] of this.#counts) {
      if (!this.#cache.domains.get(domain)) continue;
      for (const [code, count] of counts) yield [domain, code, count];
    }
  }

  #begin(domain: string): Map<StatusClass, number> {
    const isFull = this.#counts.size >= maxDomains;
    if (isFull) for (const name of this.#counts.keys()) if (!this.#cache.domains.get(name)) this.#counts.delete(name);
    const counts = new Map<StatusClass, number>();
    this.#counts.set(domain, counts);
    return counts;
  }
}

/** The counts of a server. */
export const domainRequestsOf = oneForEach<StateCache, DomainRequests>((cache) => new DomainRequests(cache));
