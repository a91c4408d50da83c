import { type HeldLease, holdLease } from '../../execution/hold-lease.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { oneForEach } from '../../runtime/one-for-each.ts';
import { pause } from '../../runtime/pause.ts';
import type { Cluster } from '../../state/cluster.ts';

/** Another server that holds a name lets go of it, or dies and loses its lease, until then. */
const heldElsewhereMs = 30_000;
const againMs = 100;

/**
 * No other network of these names is made or moved meanwhile, by this server or by another one. While the store is away, other
 * servers are not kept from it. Throws `name_taken` if another server does not let go of a name, and what `work` throws.
 */
export async function holdNetworks<T>(cluster: Cluster, names: readonly string[], work: () => Promise<T>): Promise<T> {
  return await namesOf(cluster.cache).hold(names, async () => {
    const leases: HeldLease[] = [];
    try {
      // In one order, or two servers would wait for each other.
      for (const name of [...new Set(names)].sort()) leases.push(...(await leaseOf(cluster, name)));
      return await work();
    } finally {
      await Promise.all(leases.map((lease) => lease.end()));
    }
  });
}

async function leaseOf(cluster: Cluster, name: string): Promise<HeldLease[]> {
  const late = AbortSignal.timeout(heldElsewhereMs);
  const take = () => holdLease(cluster, `network/${name}`, `network ${name}`);
  try {
    for (;;) {
      const lease = await take();
      if (lease) return [lease];
      if (late.aborted) throw new SatsumaError('name_taken', `network ${name} is being made: try again in a moment`);
      await pause(againMs, late);
    }
  } catch (error) {
    if (!isSatsumaError(error, 'store_unavailable')) throw error;
    return [];
  }
}

/** One holder per name, within this server. */
class Names {
  readonly #held = new Map<string, Promise<unknown>>();

  async hold<T>(names: readonly string[], work: () => Promise<T>): Promise<T> {
    for (;;) {
      const held = names.flatMap((name) => this.#held.get(name) ?? []);
      if (held.length === 0) break;
      await Promise.allSettled(held);
    }
    const working = work();
    for (const name of names) this.#held.set(name, working);
    try {
      return await working;
    } finally {
      for (const name of names) this.#held.delete(name);
    }
  }
}

const namesOf = oneForEach<Cluster['cache'], Names>(() => new Names());
