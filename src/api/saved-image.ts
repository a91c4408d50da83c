import type { ImageConfig } from '../model/image-config.ts';

export interface SavedImage {
  readonly name: string;
  readonly version: number;
  readonly image: ImageConfig;
  readonly saved_at: string;
}
