/** A pull of an image on one engine, as the store has it while it runs. */
export interface ImagePull {
  readonly engine: string;
  /** Canonical name. */
  readonly image: string;
  readonly state: 'pulling' | 'pulled' | 'failed';
  /** Of the container that waits for it. */
  readonly container?: string;
  /** The engine that the layers come from; left out: the registry. */
  readonly from?: string;
  readonly layers: number;
  readonly layersDone: number;
  /** Bytes of the download, as far as the engine has counted them. */
  readonly current: number;
  readonly total: number;
  /** Of a pull that failed. */
  readonly error?: { readonly code: string; readonly message: string };
  /** RFC 3339; of the last change. */
  readonly at: string;
}
