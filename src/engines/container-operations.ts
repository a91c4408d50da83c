import type { CommitOptions, ContainerExit, ContainerUpdate, FileChange, WaitCondition } from '../model/container.ts';

/** What an operator does to one container of an engine, besides starting and ending it. Throws as EngineClient says. */
export interface ContainerOperations {
  /**
   * Resolves when the condition holds; rejects when the signal aborts. It has no deadline once the engine has answered. Throws
   * `no_such_container`, `too_many_readers`.
   */
  waitContainer(id: string, condition: WaitCondition, signal: AbortSignal): Promise<ContainerExit>;
  /** What its files differ in from its image, sorted by path. Throws `no_such_container`. */
  listChanges(id: string): Promise<readonly FileChange[]>;
  /** All its files as a tar archive, read as fast as it is asked for. Throws as `openLogs`. */
  openExport(id: string, signal: AbortSignal): Promise<AsyncIterable<Buffer>>;
  /** Throws `no_such_container`, `name_taken`, `invalid`. */
  renameContainer(id: string, name: string): Promise<void>;
  /** `maximumCpus`: as of a ContainerSpec. Throws `no_such_container`, and `invalid` for limits that do not go together. */
  updateContainer(id: string, update: ContainerUpdate, maximumCpus: number): Promise<void>;
  /** Makes an image of it, and returns its id. Throws `no_such_container`, `invalid`. */
  commitContainer(id: string, options: CommitOptions, signal: AbortSignal): Promise<string>;
}
