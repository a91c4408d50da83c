import type { PullProgress } from './engine-image.ts';

interface Layer {
  readonly current: number;
  readonly total: number;
  readonly isDone: boolean;
}

/** The total progress of a pull. */
export interface PullSum {
  readonly layers: number;
  readonly layersDone: number;
  /** Downloaded bytes. */
  readonly current: number;
  readonly total: number;
}

/** Docker allows at most 127 layers. */
const maxLayers = 200;

/** Sums the progress of a pull's layers. */
export class PullLayers {
  readonly #layers = new Map<string, Layer>();

  add({ layer, ...progress }: PullProgress): void {
    if (layer === undefined) return;
    const before = this.#layers.get(layer);
    if (before || this.#layers.size < maxLayers) this.#layers.set(layer, layerOf(progress, before));
  }

  sum(): PullSum {
    const all = [...this.#layers.values()];
    return {
      layers: all.length,
      layersDone: all.filter(({ isDone }) => isDone).length,
      current: all.reduce((sum, { current, total }) => sum + Math.min(current, total), 0),
      total: all.reduce((sum, { total }) => sum + total, 0),
    };
  }
}

/** Docker reports the bytes of the download first, then those of the extraction. */
function layerOf({ status, current, total }: Omit<PullProgress, 'layer'>, before: Layer | undefined): Layer {
  if (/^downloading$/i.test(status)) return { current: current ?? 0, total: total ?? current ?? 0, isDone: false };
  const known = before?.total ?? 0;
  const isLoaded = /^(verifying|download complete|extracting|pull complete|already exists)/i.test(status);
  return {
    current: isLoaded ? known : (before?.current ?? 0),
    total: known,
    isDone: /^(pull complete|already exists)/i.test(status),
  };
}
