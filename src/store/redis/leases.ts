import { checkId, checkLease } from '../check-input.ts';
import type { LeaseStore } from '../store.ts';
import type { RedisConnection } from './connection.ts';
import type { RedisKeys } from './keys.ts';
import { isOk, leaseResult } from './results.ts';
import { runScript } from './scripts.ts';

export function redisLeases({ change }: RedisConnection, keys: RedisKeys): LeaseStore {
  return {
    async acquireLease(name, holder, leaseMs) {
      checkId('The name of a lease', name);
      checkId('The holder of a lease', holder);
      checkLease(leaseMs);
      const scriptKeys = [keys.leases, keys.tokens];
      return leaseResult(
        await change((client) => runScript(client, 'acquireLease', scriptKeys, [name, holder, leaseMs])),
      );
    },
    async releaseLease(name, token) {
      checkId('The name of a lease', name);
      return isOk(await change((client) => runScript(client, 'releaseLease', [keys.leases], [name, token])), 'gone');
    },
  };
}
