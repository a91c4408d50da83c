import type { CommitOptions, ContainerExit, ContainerUpdate, FileChange, WaitCondition } from '../model/container.ts';

/** Operations on one container besides its lifecycle. Throws as EngineClient. */
export interface ContainerOperations {
  /**
   * Resolves when the condition holds; rejects when the signal aborts. Has no deadline after the engine's first
   * response. Throws `no_such_container`, `too_many_readers`.
   */
  waitContainer(id: string, condition: WaitCondition, signal: AbortSignal): Promise<ContainerExit>;
  /** Its files that differ from the image, sorted by path. Throws `no_such_container`. */
  listChanges(id: string): Promise<readonly FileChange[]>;
  /** All its files as a tar archive, with backpressure. Throws as `openLogs`. */
  openExport(id: string, signal: AbortSignal): Promise<AsyncIterable<Buffer>>;
  /** Throws `no_such_container`, `name_taken`, `invalid`. */
  renameContainer(id: string, name: string): Promise<void>;
  /** `maximumCpus`: as in ContainerSpec. Throws `no_such_container`, and `invalid` for conflicting limits. */
  updateContainer(id: string, update: ContainerUpdate, maximumCpus: number): Promise<void>;
  /** Commits it to an image and returns the image's id. Throws `no_such_container`, `invalid`. */
  commitContainer(id: string, options: CommitOptions, signal: AbortSignal): Promise<string>;
}
