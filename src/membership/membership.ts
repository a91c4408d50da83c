import type { ServerSign } from '../model/server-sign.ts';
import type { Cluster } from '../state/cluster.ts';
import { SkewReporter } from './clock-skew.ts';

export type MembershipContext = Pick<Cluster, 'store' | 'clock' | 'logger'>;

/** What a server tells the others of itself, besides that it lives. */
export type ServerDescription = Pick<ServerSign, 'host' | 'certificates'>;

/** A server that wrote nothing for this long is taken for dead. */
export const deadAfterMs = 9_000;

/**
 * Which servers share this store. Each writes a sign of life now and then; whether one is alive is judged by the time at
 * which its sign was last seen to change here, so that no two clocks are compared.
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

  /** Writes this server's sign, and gives the ids of all that live, this one included, sorted. */
  async heartbeat(): Promise<string[]> {
    const aheadMs = Math.round(this.#clock.aheadMs());
    const value: ServerSign = { ...this.#describe(), beat: new Date().toISOString(), aheadMs, countsQuotas: true };
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

  /** Takes this server's sign away, so that the others need not wait. */
  async leave(): Promise<void> {
    await this.#store.write([{ kind: 'server', id: this.#id }]);
  }
}
