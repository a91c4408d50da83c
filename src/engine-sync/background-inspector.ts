import type { EngineClient } from '../engines/engine-client.ts';
import type { Cluster } from '../state/cluster.ts';

/** Inspects an engine's containers without details in the background, once per container. */
export class BackgroundInspector {
  readonly #cluster: Pick<Cluster, 'cache' | 'details' | 'logger'>;
  readonly #engineId: string;
  #isInspecting = false;

  constructor(cluster: Pick<Cluster, 'cache' | 'details' | 'logger'>, engineId: string) {
    this.#cluster = cluster;
    this.#engineId = engineId;
  }

  start(client: EngineClient): void {
    const { cache, details, logger } = this.#cluster;
    const engineId = this.#engineId;
    const known = [...cache.containers.on(engineId).values()];
    const missing = known.filter(({ detail, confirmedAt }) => !detail && confirmedAt > 0).map(({ summary }) => summary);
    if (this.#isInspecting || missing.length === 0) return;
    this.#isInspecting = true;
    details
      .of(engineId, client, missing)
      .catch((error: unknown) => logger.debug({ err: error, engineId }, 'containers not inspected'))
      .finally(() => {
        this.#isInspecting = false;
      });
  }
}
