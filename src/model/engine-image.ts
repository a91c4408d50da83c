/** An image on one engine. */
export interface EngineImage {
  /** `sha256:...`, of its configuration: the same on every engine. */
  readonly id: string;
  /** Its names as the engine tells them; empty where it has none, or none any more. */
  readonly tags: readonly string[];
  /** Names with a digest, of an image that came from a registry. */
  readonly digests: readonly string[];
  /** With the layers that it shares with others. */
  readonly sizeBytes: number;
  /** RFC 3339. */
  readonly createdAt: string;
}

/** A step in the making of an image, the last one first. */
export interface ImageStep {
  /** Undefined: no image of the engine ends with this step. */
  readonly id: string | undefined;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly sizeBytes: number;
  readonly comment: string;
  readonly tags: readonly string[];
}

/** What a removal took away: names, and images and layers that nothing named any more. */
export interface ImageRemoval {
  readonly untagged: readonly string[];
  readonly deleted: readonly string[];
}

/** How far a pull is. `layer` left out: about the image as a whole. */
export interface PullProgress {
  readonly layer?: string;
  readonly status: string;
  /** Bytes, where the engine counts them. */
  readonly current?: number;
  readonly total?: number;
}

/** `unclear`: why some names are left out. */
export interface ImageNames extends ReadonlyArray<string> {
  readonly unclear?: string;
}

/** `unclear`: why some images are left out. */
export interface EngineImageList extends ReadonlyArray<EngineImage> {
  readonly unclear?: string;
}
