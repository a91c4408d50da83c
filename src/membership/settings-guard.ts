import { SatsumaError } from '../model/errors.ts';
import { pause } from '../runtime/pause.ts';
import type { Cluster } from '../state/cluster.ts';
import { deadAfterMs } from './membership.ts';
import { differences, type SharedSettings } from './shared-settings.ts';

const id = 'shared';
/** Between two looks at the signs of life, and at the settings. */
const pollMs = 300;
const checkMs = 3_000;

/**
 * Keeps servers with different settings from one store. What must be equal is in the store, and belongs to the servers that
 * live: a server that differs does not start while another one lives, and replaces the settings when none does.
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
   * Writes this server's first sign of life together with the settings, so that of two that start at once the second sees
   * the first. Throws `invalid` where a server with other settings lives.
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
   * Resolves with what to stop for: other servers took this one for dead, because it was frozen or without its store, and
   * started with other settings. Resolves with nothing when `stop` is called.
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
        // The store was lost: whoever starts next must find the settings of those that live.
        if (!stored) await store.write([{ kind: 'settings', id, value: this.#ours, ifVersion: 0 }]);
      } catch (error) {
        logger.debug({ err: error }, 'settings not compared');
      }
    }
    return undefined;
  }

  /** Whether the sign of another server changes before it would be taken for dead. */
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
