import type { Store } from './store.ts';

/** A completed call to the store. */
export interface StoreCall {
  readonly operation: (typeof timed)[number];
  readonly tookMs: number;
  /** The store executed or rejected it, rather than failing. */
  readonly isAnswered: boolean;
}

/** All but `follow`, which waits by design. */
const timed = [
  ...(['read', 'list', 'write', 'snapshot', 'position', 'head', 'ping', 'time', 'examine'] as const),
  ...(['reserve', 'adopt', 'renew', 'bind', 'release', 'reservations', 'expired', 'sums', 'repairLedger'] as const),
  ...(['quotas', 'recountQuotas'] as const),
  ...(['acquireLease', 'releaseLease'] as const),
] as const satisfies readonly (keyof Store)[];

/** Wraps the store; `note` is called after each call. */
export function timeStore(store: Store, note: (call: StoreCall) => void): Store {
  const calls = timed.map((operation) => {
    const call = store[operation].bind(store) as (...args: unknown[]) => Promise<unknown>;
    const timedCall = async (...args: unknown[]) => {
      const began = performance.now();
      let isAnswered = false;
      try {
        const answer = await call(...args);
        isAnswered = true;
        return answer;
      } finally {
        note({ operation, tookMs: performance.now() - began, isAnswered });
      }
    };
    return [operation, timedCall] as const;
  });
  const timedCalls = Object.fromEntries(calls) as unknown as Pick<Store, (typeof timed)[number]>;
  return { ...timedCalls, follow: store.follow.bind(store), close: store.close.bind(store) };
}
