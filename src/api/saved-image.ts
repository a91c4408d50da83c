import type { ImageConfig } from '../model/image-config.ts';

/** The body of POST /apiv1/image. */
export interface NewSavedImageBody {
  readonly name: string;
  readonly image: ImageConfig;
}

/** The body of PUT /apiv1/image/{name}. */
export interface SavedImageChangesBody {
  readonly image: ImageConfig;
  /** The version that the caller saw last. */
  readonly version?: number;
}

export interface SavedImage {
  readonly name: string;
  readonly version: number;
  readonly image: ImageConfig;
  readonly saved_at: string;
}
