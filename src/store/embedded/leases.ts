import { checkId, checkLease } from '../check-input.ts';
import type { LeaseStore } from '../store.ts';
import type { Environment } from './environment.ts';
import { leaseNow } from './lease-clock.ts';
import type { StoredLease, Tables } from './tables.ts';

export function embeddedLeases(environment: Environment): LeaseStore {
  const { tables } = environment;
  const { leases, counters } = tables;

  return {
    async acquireLease(name, holder, leaseMs) {
      checkId('The name of a lease', name);
      checkId('The holder of a lease', holder);
      checkLease(leaseMs);
      return environment.commit(() => {
        const held = heldLease(tables, name);
        if (held && held.holder !== holder) return undefined;
        const token = held?.token ?? nextToken();
        leases.put(name, { holder, token, until: leaseNow() + leaseMs });
        return { token };
      });
    },
    async releaseLease(name, token) {
      checkId('The name of a lease', name);
      return environment.commit(() => {
        if (heldLease(tables, name)?.token !== token) return false;
        leases.remove(name);
        return true;
      });
    },
  };

  function nextToken(): number {
    const token = (counters.get('token') ?? 0) + 1;
    counters.put('token', token);
    return token;
  }
}

/** An expired lease has no holder, not even its last one: a write in between may have carried a newer token. */
export function heldLease({ leases }: Tables, name: string): StoredLease | undefined {
  const lease = leases.get(name);
  return lease && lease.until > leaseNow() ? lease : undefined;
}
