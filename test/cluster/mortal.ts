import type { Cluster } from '../../src/cluster/cluster.ts';
import type { EngineClient } from '../../src/engines/engine-client.ts';
import type { TestCluster } from './harness.ts';

/** Where a process may stop: right before a call leaves it, or right after its effect, when no answer gets back. */
export interface CrashPoint {
  /** Its name, or which it is of all calls, from 1. */
  readonly call: string | number;
  readonly when: 'before' | 'after';
}

/**
 * One life of a server, seen from the contracts through which it acts: at the crash point everything that it called, or
 * calls from then on, never returns. What it had sent still takes effect. The production code knows nothing of this.
 */
export class Life {
  #isOver = false;
  #calls = 0;
  readonly #sent = new Set<Promise<unknown>>();
  #tell: () => void = () => undefined;
  /** Resolves when the crash point was reached. */
  readonly ended: Promise<void>;
  readonly #point: CrashPoint;

  constructor(point: CrashPoint) {
    this.#point = point;
    this.ended = new Promise((resolve) => {
      this.#tell = resolve;
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** It is over now, wherever it is. */
  end(): void {
    this.#isOver = true;
    this.#tell();
  }

  /** Resolves when everything that it had sent has taken effect, or failed. */
  async aftermath(): Promise<void> {
    await Promise.allSettled(this.#sent);
  }

  /** The same contract, as this life sees it. */
  through<T extends object>(contract: T): T {
    return new Proxy(contract, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return (...args: unknown[]) => this.#call(String(name), () => method.apply(target, args));
      },
    });
  }

  #call(name: string, method: () => unknown): unknown {
    this.#calls += 1;
    const isPoint = this.#point.call === name || this.#point.call === this.#calls;
    if (isPoint && this.#point.when === 'before') this.end();
    if (this.#isOver) return never();
    const answer = method();
    if (!(answer instanceof Promise)) return answer;
    this.#sent.add(answer);
    return answer.then((value) => {
      if (isPoint) this.end();
      return this.#isOver ? never() : value;
    });
  }
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}

/** The cluster as a server sees it whose life will end. */
export function mortal(cluster: TestCluster, life: Life): Cluster {
  const clients = new Map<string, EngineClient>();
  const client = ({ id }: { readonly id: string }) => {
    const known = clients.get(id) ?? life.through<EngineClient>(cluster.pool.client({ id }));
    clients.set(id, known);
    return known;
  };
  const pool = { ...cluster.pool, canonicalAddress: cluster.pool.canonicalAddress, forget() {}, close() {}, client };
  return { ...cluster, store: life.through(cluster.store), pool };
}

/** Once all that it had sent took effect: the leases of what it was about to start run out, as they would in time. */
export async function outlive({ store }: Cluster, life: Life): Promise<void> {
  await life.aftermath();
  for (const { id, value } of await store.reservations()) if (value.state === 'reserved') await store.renew(id, 0);
}
