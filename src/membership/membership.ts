import type { ServerHeartbeat } from '../model/server-heartbeat.ts';
import type { Cluster } from '../state/cluster.ts';
import { SkewReporter } from './clock-skew.ts';

export type MembershipContext = Pick<Cluster, 'store' | 'clock' | 'logger'>;

/** What a server publishes about itself in its heartbeat. */
export type ServerDescription = Pick<ServerHeartbeat, 'host' | 'certificates'>;

/** A server without a heartbeat for this long is considered dead. */
export const deadAfterMs = 9_000;

/**
 * The servers that share this store. Each writes heartbeats; whether a server is alive depends on when its heartbeat
 * last changed, by the local clock, so that no two clocks are compared.
 */
export class Membership {
  readonly #store: MembershipContext['store'];
  readonly #clock: MembershipContext['clock'];
  readonly #skews: SkewReporter;
  readonly #id: string;
  readonly #describe: () => ServerDescription;
  readonly #seen = new Map<string, { version: number; at: number }>();

  constructor(
    { store, clock, logger }: MembershipContext,
    serverId: string,
    describe: () => ServerDescription = () => ({}),
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#skews = new SkewReporter(logger);
    this.#id = serverId;
    this.#describe = describe;
  }

  /** Writes this server's heartbeat, and returns the sorted ids of all live servers, including itself. */
  async heartbeat(): Promise<string[]> {
    const aheadMs = Math.round(this.#clock.aheadMs());
    const value: ServerHeartbeat = { ...this.#describe(), beat: new Date().toISOString(), aheadMs, countsQuotas: true };
    await this.#store.write([{ kind: 'server', id: this.#id, value }]);
    const now = performance.now();
    const signs = await this.#store.list('server');
    for (const { id, version } of signs) {
      if (this.#seen.get(id)?.version !== version) this.#seen.set(id, { version, at: now });
    }
    const dead = signs.filter(({ id }) => now - (this.#seen.get(id)?.at ?? now) > deadAfterMs);
    for (const { id, version } of dead) {
      await this.#store.write([{ kind: 'server', id, ifVersion: version }]);
      this.#seen.delete(id);
    }
    const alive = signs.filter(({ id }) => !dead.some((each) => each.id === id));
    this.#skews.report(alive);
    return alive.map(({ id }) => id);
  }

  /** Removes this server's heartbeat, so that the others take over immediately. */
  async leave(): Promise<void> {
    await this.#store.write([{ kind: 'server', id: this.#id }]);
  }
}
