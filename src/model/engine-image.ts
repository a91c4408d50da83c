/** An image on one engine. */
export interface EngineImage {
  /** `sha256:...`, the digest of its configuration: equal on every engine. */
  readonly id: string;
  /** Its names as the engine reports them; empty if it has none. */
  readonly tags: readonly string[];
  /** Names with a digest, for images from a registry. */
  readonly digests: readonly string[];
  /** Includes layers shared with other images. */
  readonly sizeBytes: number;
  /** RFC 3339. */
  readonly createdAt: string;
  /** Absent: it has none. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** One build step of an image. Steps are listed newest first. */
export interface ImageStep {
  /** Undefined: the engine has no image that ends with this step. */
  readonly id: string | undefined;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly sizeBytes: number;
  readonly comment: string;
  readonly tags: readonly string[];
}

/** What a removal deleted: names, and the images and layers that nothing referenced any more. */
export interface ImageRemoval {
  readonly untagged: readonly string[];
  readonly deleted: readonly string[];
}

/** Progress of a pull. `layer` absent: it concerns the whole image. */
export interface PullProgress {
  readonly layer?: string;
  readonly status: string;
  /** Bytes, if the engine reports them. */
  readonly current?: number;
  readonly total?: number;
}

/** `unclear`: why some names are missing. */
export interface ImageNames extends ReadonlyArray<string> {
  readonly unclear?: string;
}

/** `unclear`: why some images are missing. */
export interface EngineImageList extends ReadonlyArray<EngineImage> {
  readonly unclear?: string;
}
