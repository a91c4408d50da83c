/** A pull of an image on one engine, as the store keeps it while it runs. */
export interface ImagePull {
  readonly engine: string;
  /** Canonical name. */
  readonly image: string;
  readonly state: 'pulling' | 'pulled' | 'failed';
  /** The container that waits for the pull. */
  readonly container?: string;
  /** The engine that provides the layers. Absent: the registry. */
  readonly from?: string;
  readonly layers: number;
  readonly layersDone: number;
  /** Downloaded bytes, as reported by the engine. */
  readonly current: number;
  readonly total: number;
  /** Present if the pull failed. */
  readonly error?: { readonly code: string; readonly message: string };
  /** RFC 3339; when it last changed. */
  readonly at: string;
}
