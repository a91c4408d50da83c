import type { ImageConfig } from './image-config.ts';
import type { KeptNumbers } from './kept-numbers.ts';

/** A named image config. Its last versions are kept. */
export interface SavedImage {
  /** Starts at 1. */
  readonly version: number;
  readonly image: ImageConfig;
  /** RFC 3339. */
  readonly savedAt: string;
  /** Which versions are kept. Absent: all. */
  readonly kept?: KeptNumbers;
}

/** The image config of a request: a full one, or a saved one with changes. */
export type ImageRequest = ImageConfig | DerivedImage;

export interface DerivedImage extends Partial<ImageConfig> {
  /** `redis`, or `redis@2` for a particular version. */
  readonly from: string;
}

/** Applies changes to a saved config: maps are merged by key, all other fields are replaced. */
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
