import type { EngineImageList, ImageNames, ImageRemoval, ImageStep, PullProgress } from '../model/engine-image.ts';
import type { RegistryCredentials } from '../model/registry.ts';

/** Operations on the images of one engine. Throws as EngineClient. */
export interface ImageOperations {
  /**
   * Resolves when the image is on the engine. The deadline limits silence, not the total time. If the signal aborts,
   * the engine cancels the pull. Throws `no_such_image`.
   */
  pullImage(name: string, options?: PullOptions): Promise<void>;
  /**
   * Resolves if the registry accepts the credentials. Throws `registry_denied`, and `engine_refused` if it is
   * unreachable.
   */
  checkLogin(credentials: RegistryCredentials): Promise<void>;
  /** Canonical names of the images on the engine. */
  listImages(): Promise<ImageNames>;
  /** All images, named or not, without intermediate layers. */
  listEngineImages(): Promise<EngineImageList>;
  /** Docker's inspect document of an image, by name or id. Throws `no_such_image`. */
  inspectImage(name: string): Promise<Readonly<Record<string, unknown>>>;
  /** Content digests of its layers, lowest first; empty if the engine no longer has the image. */
  listImageLayers(name: string): Promise<readonly string[]>;
  /** Its build history. Throws `no_such_image`. */
  listImageSteps(name: string): Promise<readonly ImageStep[]>;
  /** Adds a name to the image; another image loses that name. Throws `no_such_image`, `invalid`. */
  tagImage(name: string, tag: string): Promise<void>;
  /**
   * Removes the name; with the last name, also the image. `isForced`: even if stopped containers use it. Throws
   * `no_such_image`, `image_in_use`.
   */
  removeImage(name: string, options?: { readonly isForced?: boolean }): Promise<ImageRemoval>;
  /** The image as an archive, with backpressure, until the signal aborts. Throws `no_such_image`. */
  openImageArchive(name: string, signal: AbortSignal): Promise<AsyncIterable<Buffer>>;
  /**
   * Resolves when the engine has loaded the archive. The deadline limits silence, as for a pull: an engine that accepts
   * no bytes counts as silent.
   */
  loadImages(archive: AsyncIterable<Buffer>, signal: AbortSignal): Promise<void>;
}

export interface PullOptions {
  readonly onProgress?: ((progress: PullProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The image's platform, if it differs from the engine's. */
  readonly platform?: string | undefined;
  /** Credentials for the image's registry. */
  readonly credentials?: RegistryCredentials | undefined;
}
