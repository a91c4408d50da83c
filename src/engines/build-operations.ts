import type { BuildOptions, BuildStep } from '../model/build.ts';
import type { RegistryCredentials } from '../model/registry.ts';

export interface BuildRequest extends BuildOptions {
  /** Of the registries that its base images may come from. */
  readonly credentials: readonly RegistryCredentials[];
}

export interface BuildOperations {
  /**
   * Builds an image from an archive, which is sent as fast as the engine takes it; then what the engine tells, as fast as it is read. The
   * id of the image is the last. When the signal aborts, the engine is told to stop. Throws `build_failed`, and what the archive throws.
   */
  buildImage(
    context: AsyncIterable<Buffer>,
    request: BuildRequest,
    signal: AbortSignal,
  ): Promise<AsyncIterable<BuildStep>>;
}
