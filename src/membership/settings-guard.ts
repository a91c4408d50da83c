import { SatsumaError } from '../model/errors.ts';
import { pause } from '../runtime/pause.ts';
import type { Cluster } from '../state/cluster.ts';
import { deadAfterMs } from './membership.ts';
import { differences, type SharedSettings } from './shared-settings.ts';

const id = 'shared';
/** The intervals of reading heartbeats, and of comparing settings. */
const pollMs = 300;
const checkMs = 3_000;

/**
 * Prevents servers with different settings from sharing a store. Settings that must be equal are stored and owned by
 * the live servers: a server with other settings does not start while another one is alive, and replaces the settings
 * otherwise.
 */
export class SettingsGuard {
  readonly #cluster: Pick<Cluster, 'store' | 'logger'>;
  readonly #serverId: string;
  readonly #ours: SharedSettings;
  readonly #stopping = new AbortController();
  #checking: Promise<SatsumaError | undefined> | undefined;

  constructor(cluster: Pick<Cluster, 'store' | 'logger'>, serverId: string, ours: SharedSettings) {
    this.#cluster = cluster;
    this.#serverId = serverId;
    this.#ours = ours;
  }

  /**
   * Writes this server's first heartbeat together with the settings, so that of two servers that start concurrently,
   * the second sees the first. Throws `invalid` if a live server has other settings.
   */
  async join(): Promise<void> {
    const { store, logger } = this.#cluster;
    for (;;) {
      const stored = await store.read('settings', id);
      const different = differences(this.#ours, stored?.value ?? {});
      if (different.length > 0) {
        logger.info({ different }, 'settings differ from those in the store: looking whether another server lives');
        if (await this.#anotherLives()) throw refusal(different);
      }
      const value = { beat: new Date().toISOString() };
      const written = await store.write([
        { kind: 'settings', id, value: this.#ours, ifVersion: stored?.version ?? 0 },
        { kind: 'server', id: this.#serverId, value },
      ]);
      if (written.ok) return;
    }
  }

  /**
   * Resolves with an error if this server must stop: others considered it dead, because it was frozen or had lost the
   * store, and started with other settings. Resolves with undefined after `stop`.
   */
  watch(): Promise<SatsumaError | undefined> {
    this.#checking ??= this.#check();
    return this.#checking;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#checking;
  }

  async #check(): Promise<SatsumaError | undefined> {
    const { store, logger } = this.#cluster;
    const { signal } = this.#stopping;
    for (await pause(checkMs, signal); !signal.aborted; await pause(checkMs, signal)) {
      try {
        const stored = await store.read('settings', id);
        const different = differences(this.#ours, stored?.value ?? {});
        if (different.length > 0) return refusal(different);
        // The store was lost: restore the settings of the live servers.
        if (!stored) await store.write([{ kind: 'settings', id, value: this.#ours, ifVersion: 0 }]);
      } catch (error) {
        logger.debug({ err: error }, 'settings not compared');
      }
    }
    return undefined;
  }

  /** Whether another server's heartbeat changes within the time after which it counts as dead. */
  async #anotherLives(): Promise<boolean> {
    const first = await this.#signs();
    for (const deadline = performance.now() + deadAfterMs; first.size > 0 && performance.now() < deadline; ) {
      await pause(pollMs, this.#stopping.signal);
      const now = await this.#signs();
      if (now.size === 0) return false;
      if ([...now].some(([server, version]) => first.get(server) !== version)) return true;
    }
    return false;
  }

  async #signs(): Promise<Map<string, number>> {
    const signs = await this.#cluster.store.list('server');
    return new Map(signs.flatMap((each) => (each.id === this.#serverId ? [] : [[each.id, each.version] as const])));
  }
}

function refusal(different: readonly string[]): SatsumaError {
  const remedy = 'give all servers of one store the same settings, or stop the others first to change them';
  return new SatsumaError(
    'invalid',
    `another server on this store has other settings: ${different.join('; ')}; ${remedy}`,
  );
}
