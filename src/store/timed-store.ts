import type { Store } from './store.ts';

/** A call to the store that has ended, one way or the other. */
export interface StoreCall {
  readonly operation: (typeof timed)[number];
  readonly tookMs: number;
  /** The store did what it was asked for, or answered that it may not be. */
  readonly isAnswered: boolean;
}

/** All but `follow`, which waits by nature. */
const timed = [
  ...(['read', 'list', 'write', 'snapshot', 'position', 'head', 'ping', 'time', 'examine'] as const),
  ...(['reserve', 'adopt', 'renew', 'bind', 'release', 'reservations', 'expired', 'sums', 'repairLedger'] as const),
  ...(['quotas', 'recountQuotas'] as const),
  ...(['acquireLease', 'releaseLease'] as const),
] as const satisfies readonly (keyof Store)[];

/** The same store; `note` is called after each call to it. */
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
