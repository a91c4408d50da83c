import { hash as digest } from 'node:crypto';
import { pause } from '../runtime/pause.ts';
import type { Fence } from '../store/store.ts';
import { Membership, type MembershipContext, type ServerDescription } from './membership.ts';

/** Engines are shared out by shard, so that what sharing costs does not grow with them. */
const shardCount = 16;
const heartbeatMs = 3_000;
const leaseMs = 10_000;
/** Between two tries at a shard that another server has yet to give up: nobody follows its engines once it has. */
const retryMs = 300;

/**
 * Which engines this server follows. The servers that live agree on an owner for each shard (rendezvous hashing: Thaler
 * and Ravishankar, 1998), and the owner takes a lease on it: two that disagree for a moment never both follow.
 */
export class ShardAssignment {
  readonly #store: MembershipContext['store'];
  readonly #logger: MembershipContext['logger'];
  readonly #serverId: string;
  readonly #membership: Membership;
  readonly #held = new Map<number, { readonly token: number; readonly until: number }>();
  readonly #stopping = new AbortController();
  #heartbeats: Promise<void> | undefined;

  constructor(context: MembershipContext, serverId: string, describe?: () => ServerDescription) {
    this.#store = context.store;
    this.#logger = context.logger;
    this.#serverId = serverId;
    this.#membership = new Membership(context, serverId, describe);
  }

  start(): void {
    this.#heartbeats = this.#heartbeat();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#heartbeats;
    const given = [...this.#held].map(([shard, { token }]) => this.#store.releaseLease(leaseName(shard), token));
    await Promise.allSettled([...given, this.#membership.leave()]);
  }

  /** Whether this server follows the engine now. */
  has(engineId: string): boolean {
    return this.fence(engineId) !== undefined;
  }

  /**
   * The lease by which this server follows the engine now; nothing where another one does. Ends with the lease, even where
   * the store cannot be asked any more. What its holder writes carries it: a server that was frozen may be the last to
   * know that it lost it.
   */
  fence(engineId: string): Fence | undefined {
    const shard = shardOf(engineId);
    const lease = this.#held.get(shard);
    if (lease === undefined || performance.now() >= lease.until) return undefined;
    return { name: leaseName(shard), token: lease.token };
  }

  async #heartbeat(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      let pauseMs = heartbeatMs;
      try {
        const servers = await this.#membership.heartbeat();
        const settled = await Promise.all(
          Array.from({ length: shardCount }, (_, shard) => this.#claim(shard, servers)),
        );
        if (settled.includes(false)) pauseMs = retryMs;
      } catch (error) {
        this.#logger.warn({ err: error }, 'shards not renewed');
      }
      await pause(pauseMs, signal);
    }
  }

  /** False: the shard is this server's, and another one still holds it. */
  async #claim(shard: number, servers: readonly string[]): Promise<boolean> {
    const held = this.#held.get(shard);
    if (ownerOf(shard, servers) === this.#serverId) {
      // Counted from before the question: the store's lease ends later than ours, never sooner.
      const until = performance.now() + leaseMs;
      const lease = await this.#store.acquireLease(leaseName(shard), this.#serverId, leaseMs);
      if (lease) this.#held.set(shard, { token: lease.token, until });
      else this.#held.delete(shard);
      return lease !== undefined;
    }
    if (held) {
      this.#held.delete(shard);
      await this.#store.releaseLease(leaseName(shard), held.token);
    }
    return true;
  }
}

function leaseName(shard: number): string {
  return `watch/${shard}`;
}

export function shardOf(engineId: string): number {
  return hash(engineId) % shardCount;
}

/** The server with the highest weight for the shard: when one goes, only its own shards move. */
export function ownerOf(shard: number, servers: readonly string[]): string | undefined {
  const weighed = servers.map((server) => ({ server, weight: hash(`${shard}/${server}`) }));
  return weighed.sort((a, b) => b.weight - a.weight || (a.server < b.server ? -1 : 1))[0]?.server;
}

function hash(text: string): number {
  return digest('sha1', text, 'buffer').readUInt32BE();
}
