import type { AttachOptions, CreatedExec, ExecOptions, ProcessStream } from '../model/process-stream.ts';

/** Processes in containers. Each holds a connection until its stream is destroyed or the signal aborts. */
export interface ProcessOperations {
  /**
   * Runs a command in a running container. Throws `no_such_container`, `wrong_state`, `invalid`, `too_many_readers`.
   */
  startExec(id: string, options: ExecOptions, signal: AbortSignal): Promise<ProcessStream>;
  /** Creates an exec without starting it, and returns its id. Throws as `startExec`. */
  createExec(id: string, options: ExecOptions): Promise<string>;
  /** Starts a created exec. Throws as `startExec`, and `wrong_state` if it was already started. */
  startCreated(id: string, exec: CreatedExec, signal: AbortSignal): Promise<ProcessStream>;
  /** Attaches to the container's main process. Throws as `startExec`. */
  attachContainer(id: string, options: AttachOptions, signal: AbortSignal): Promise<ProcessStream>;
}
