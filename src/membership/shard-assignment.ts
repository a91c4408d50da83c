import { hash as digest } from 'node:crypto';
import { pause } from '../runtime/pause.ts';
import type { Fence } from '../store/store.ts';
import { Membership, type MembershipContext, type ServerDescription } from './membership.ts';

/** Engines are assigned in shards, so that the cost does not grow with their number. */
const shardCount = 16;
const heartbeatMs = 3_000;
const leaseMs = 10_000;
/** The retry interval while another server still holds a shard: nobody follows its engines between the two. */
const retryMs = 300;

/**
 * The engines that this server follows. The live servers agree on an owner for each shard by rendezvous hashing (Thaler
 * and Ravishankar, 1998), and the owner acquires a lease: servers that disagree temporarily never both follow an
 * engine.
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

  /** Whether this server currently follows the engine. */
  has(engineId: string): boolean {
    return this.fence(engineId) !== undefined;
  }

  /**
   * This server's lease for following the engine; undefined if it does not. Expires with the lease, even if the store
   * is unavailable. Writes about the engine are fenced with it, because a frozen server may not notice that it lost the
   * lease.
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

  /** False: the shard is assigned to this server, but another one still holds it. */
  async #claim(shard: number, servers: readonly string[]): Promise<boolean> {
    const held = this.#held.get(shard);
    if (ownerOf(shard, servers) === this.#serverId) {
      // Measured from before the request, so that it never ends later than the store's lease.
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

/** The server with the highest weight for the shard: when one leaves, only its own shards move. */
export function ownerOf(shard: number, servers: readonly string[]): string | undefined {
  const weighed = servers.map((server) => ({ server, weight: hash(`${shard}/${server}`) }));
  return weighed.sort((a, b) => b.weight - a.weight || (a.server < b.server ? -1 : 1))[0]?.server;
}

function hash(text: string): number {
  return digest('sha1', text, 'buffer').readUInt32BE();
}
