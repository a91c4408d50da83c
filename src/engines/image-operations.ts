import type { EngineImageList, ImageNames, ImageRemoval, ImageStep, PullProgress } from '../model/engine-image.ts';
import type { RegistryCredentials } from '../model/registry.ts';

/** What an operator does to the images of one engine. Throws as EngineClient says. */
export interface ImageOperations {
  /**
   * Resolves when the image is there. The deadline is on silence, not on the whole: a pull that goes on may go on. When the signal
   * aborts, the engine is told to stop. Throws `no_such_image`.
   */
  pullImage(name: string, options?: PullOptions): Promise<void>;
  /** Resolves where the registry takes the credentials. Throws `registry_denied`; where it cannot be reached, `engine_refused`. */
  checkLogin(credentials: RegistryCredentials): Promise<void>;
  /** Canonical names of the images that are there. */
  listImages(): Promise<ImageNames>;
  /** Every image that is there, with or without a name, but for the layers of others. */
  listEngineImages(): Promise<EngineImageList>;
  /** Docker's own document of an image, by name or id. Throws `no_such_image`. */
  inspectImage(name: string): Promise<Readonly<Record<string, unknown>>>;
  /** Digests of the contents of its layers, the lowest first; empty where nobody has the image any more. */
  listImageLayers(name: string): Promise<readonly string[]>;
  /** How it was made. Throws `no_such_image`. */
  listImageSteps(name: string): Promise<readonly ImageStep[]>;
  /** Gives the image another name, which no other image has then. Throws `no_such_image`, `invalid`. */
  tagImage(name: string, tag: string): Promise<void>;
  /**
   * Takes the name away; of an image without another name, the image as well. `isForced`: also where stopped containers
   * use it. Throws `no_such_image`, `image_in_use`.
   */
  removeImage(name: string, options?: { readonly isForced?: boolean }): Promise<ImageRemoval>;
  /** The image as an archive, read as fast as it is asked for, until the signal aborts. Throws `no_such_image`. */
  openImageArchive(name: string, signal: AbortSignal): Promise<AsyncIterable<Buffer>>;
  /**
   * Resolves when the engine has the images of an archive. The deadline is on silence, as for a pull: an engine that takes no more
   * bytes is silent.
   */
  loadImages(archive: AsyncIterable<Buffer>, signal: AbortSignal): Promise<void>;
}

export interface PullOptions {
  readonly onProgress?: ((progress: PullProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Of the image, where it is not that of the engine. */
  readonly platform?: string | undefined;
  /** For the registry that the image comes from. */
  readonly credentials?: RegistryCredentials | undefined;
}
