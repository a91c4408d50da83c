import { isSatsumaError } from '../model/errors.ts';
import type { Cluster } from '../state/cluster.ts';
import type { Fence } from '../store/store.ts';
import { refreshVolumes } from './refresh-volumes.ts';

/** Volumes come with their containers, several at once. */
const gatherMs = 150;

export interface VolumeKeeperOptions {
  readonly fence: Fence | undefined;
  /** Returns early when the engine is followed no more. */
  readonly pause: (ms: number) => Promise<void>;
  readonly isStopped: () => boolean;
}

/**
 * Keeps on record which volumes an engine has. Apart from all else that the engine is asked: a driver of volumes that hangs holds
 * up nothing but this.
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

  /** Asks soon. What comes until then shares the question. */
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
        // The next resync asks again.
        if (!isSatsumaError(error)) throw error;
        this.#cluster.logger.debug({ err: error, engineId: this.#engineId }, 'volumes not listed');
      });
    }
  }
}
