import type { Store } from '../../store/store.ts';

/** A server that wrote nothing for this long is taken for dead. */
const deadAfterMs = 9_000;

/**
 * Which servers share this store. Each writes a sign of life now and then; whether one is alive is judged by the time at
 * which its sign was last seen to change here, so that no two clocks are compared.
 */
export class ServerRoster {
  readonly #store: Store;
  readonly #id: string;
  readonly #seen = new Map<string, { version: number; at: number }>();

  constructor(store: Store, serverId: string) {
    this.#store = store;
    this.#id = serverId;
  }

  /** Writes this server's sign, and gives the ids of all that live, this one included, sorted. */
  async beat(): Promise<string[]> {
    await this.#store.write([{ kind: 'server', id: this.#id, value: { beat: new Date().toISOString() } }]);
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
    return signs.map(({ id }) => id).filter((id) => !dead.some((each) => each.id === id));
  }

  /** Takes this server's sign away, so that the others need not wait. */
  async leave(): Promise<void> {
    await this.#store.write([{ kind: 'server', id: this.#id }]);
  }
}
