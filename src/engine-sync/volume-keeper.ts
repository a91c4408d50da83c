import { isSatsumaError } from '../model/errors.ts';
import type { Cluster } from '../state/cluster.ts';
import type { Fence } from '../store/store.ts';
import { refreshVolumes } from './refresh-volumes.ts';

/** Volumes are created with their containers, several at once. */
const gatherMs = 150;

interface VolumeKeeperOptions {
  readonly fence: Fence | undefined;
  /** Returns early when the engine is no longer followed. */
  readonly pause: (ms: number) => Promise<void>;
  readonly isStopped: () => boolean;
}

/**
 * Keeps the stored list of an engine's volumes current. Separate from all other queries: a hanging volume driver blocks
 * only this.
 */
export class VolumeKeeper {
  readonly #cluster: Cluster;
  readonly #engineId: string;
  readonly #options: VolumeKeeperOptions;
  #isDue = false;
  #asking: Promise<void> | undefined;

  constructor(cluster: Cluster, engineId: string, options: VolumeKeeperOptions) {
    this.#cluster = cluster;
    this.#engineId = engineId;
    this.#options = options;
  }

  /** Schedules a query. Calls until then share it. */
  askSoon(): void {
    this.#isDue = true;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
  }

  async #ask(): Promise<void> {
    const { fence, pause, isStopped } = this.#options;
    while (this.#isDue) {
      await pause(gatherMs);
      this.#isDue = false;
      if (isStopped()) return;
      await refreshVolumes(this.#cluster, this.#engineId, fence).catch((error: unknown) => {
        // The next resync tries again.
        if (!isSatsumaError(error)) throw error;
        this.#cluster.logger.debug({ err: error, engineId: this.#engineId }, 'volumes not listed');
      });
    }
  }
}
