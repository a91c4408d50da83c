import type { ImageConfig } from './image-config.ts';
import type { KeptNumbers } from './kept-numbers.ts';

/** An image config under a name of the user's. The last versions are kept. */
export interface SavedImage {
  /** Counts from 1. */
  readonly version: number;
  readonly image: ImageConfig;
  /** RFC 3339. */
  readonly savedAt: string;
  /** Which versions are kept; left out: all. */
  readonly kept?: KeptNumbers;
}

/** What a request runs: an image config, or a saved one with changes. */
export type ImageRequest = ImageConfig | DerivedImage;

export interface DerivedImage extends Partial<ImageConfig> {
  /** `redis`, or `redis@2` for a version that need not be the last. */
  readonly from: string;
}

/** A saved config with changes: what is named by keys is merged key by key, everything else is replaced. */
export function deriveImage(saved: ImageConfig, { from: _, ...changes }: DerivedImage): ImageConfig {
  const environment = merge(saved.environment, changes.environment);
  const user_data = merge(saved.user_data, changes.user_data);
  const links = merge(saved.links, changes.links);
  const resources = merge(saved.resources, changes.resources);
  return {
    ...saved,
    ...changes,
    ...(environment && { environment }),
    ...(user_data && { user_data }),
    ...(links && { links }),
    ...(resources && { resources }),
  };
}

function merge<T>(
  saved: Readonly<Record<string, T>> | undefined,
  changes: Readonly<Record<string, T>> | undefined,
): Readonly<Record<string, T>> | undefined {
  return saved || changes ? { ...saved, ...changes } : undefined;
}
