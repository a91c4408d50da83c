import { randomUUID } from 'node:crypto';
import type { PullProgress } from '../../model/engine-image.ts';
import { canonicalImageName } from '../../model/image-name.ts';
import type { ImagePull } from '../../model/image-pull.ts';
import { PullLayers } from '../../model/pull-layers.ts';
import { LatestValues } from '../../runtime/latest-values.ts';
import { withTimeout } from '../../runtime/with-timeout.ts';
import { timestamp } from '../../state/clock.ts';
import type { Cluster } from '../../state/cluster.ts';

/** Progress is reported at most once per step, and at most once per interval. */
const stepPercent = 10;
const minMs = 1_000;
/** Without progress it is reported after doubling intervals, up to the maximum: some hundred times a day. */
const firstWaitMs = 2_000;
const maxWaitMs = 5 * 60_000;
const maxSentenceLength = 500;
/** A slow store delays the end of a pull by at most this. */
const endMs = 1_000;

interface PullSubject {
  readonly engine: string;
  /** The image name as requested. */
  readonly image: string;
  readonly container?: string | undefined;
}

/**
 * Publishes the progress of one pull to event readers, as a record in the store while the pull runs. Failures never
 * affect the pull.
 */
export class PullReport {
  readonly #cluster: Cluster;
  readonly #id = randomUUID();
  readonly #layers = new PullLayers();
  readonly #records = new LatestValues<Partial<ImagePull> | 'removed'>();
  readonly #written: Promise<void>;
  readonly #subject: Pick<ImagePull, 'engine' | 'image' | 'container'>;
  #from: string | undefined;
  #reportedPercent = 0;
  #reportedMs: number;
  #waitMs = firstWaitMs;

  constructor(cluster: Cluster, { engine, image, container }: PullSubject) {
    this.#cluster = cluster;
    this.#subject = { engine, image: canonicalImageName(image), ...(container !== undefined && { container }) };
    this.#reportedMs = cluster.clock.steadyMs();
    this.#records.put('start', {});
    this.#written = this.#writeAll();
  }

  add(progress: PullProgress): void {
    this.#layers.add(progress);
    const now = this.#cluster.clock.steadyMs();
    const sinceMs = now - this.#reportedMs;
    if (sinceMs < minMs) return;
    const { current, total } = this.#layers.sum();
    const percent = total === 0 ? 0 : (100 * current) / total;
    const isStep = percent >= this.#reportedPercent + stepPercent;
    if (!isStep && sinceMs < this.#waitMs) return;
    if (!isStep) this.#waitMs = Math.min(maxWaitMs, 2 * this.#waitMs);
    this.#reportedMs = now;
    this.#reportedPercent = Math.max(percent, this.#reportedPercent);
    this.#records.put('progress', {});
  }

  /** Changes the source of the layers; undefined: the registry. */
  comesFrom(engine: string | undefined): void {
    if (engine === this.#from) return;
    this.#from = engine;
    this.#records.put('progress', {});
  }

  /** `error`: why the pull failed. */
  async end(error?: { readonly code: string; readonly message: string }): Promise<void> {
    const failure = error && { code: error.code, message: error.message.slice(0, maxSentenceLength) };
    this.#records.put('end', failure ? { state: 'failed', error: failure } : { state: 'pulled' });
    this.#records.put('removal', 'removed');
    this.#records.close();
    await withTimeout(endMs, this.#written);
  }

  async #writeAll(): Promise<void> {
    const { store, clock, logger } = this.#cluster;
    for await (const changes of this.#records) {
      const record: ImagePull = {
        ...this.#subject,
        ...(this.#from !== undefined && { from: this.#from }),
        ...{ state: 'pulling', ...this.#layers.sum(), at: timestamp(clock) },
        ...(changes !== 'removed' && changes),
      };
      const change = { kind: 'image-pull', id: this.#id, ...(changes !== 'removed' && { value: record }) } as const;
      await store.write([change]).catch((error: unknown) => {
        logger.warn({ err: error, engineId: record.engine, image: record.image }, 'progress of a pull not recorded');
      });
    }
  }
}
