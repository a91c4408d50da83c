import type { AttachOptions, CreatedExec, ExecOptions, ProcessStream } from '../model/process-stream.ts';

/** Processes in containers. Each holds a connection of its own until its stream is destroyed, or the signal aborts. */
export interface ProcessOperations {
  /** Runs a program in a container that runs. Throws `no_such_container`, `wrong_state`, `invalid`, `too_many_readers`. */
  startExec(id: string, options: ExecOptions, signal: AbortSignal): Promise<ProcessStream>;
  /** The id of a program that is to be run in a container, and is not started. Throws as `startExec`. */
  createExec(id: string, options: ExecOptions): Promise<string>;
  /** Starts what was created. Throws as `startExec`, and `wrong_state` where it was started already. */
  startCreated(id: string, exec: CreatedExec, signal: AbortSignal): Promise<ProcessStream>;
  /** The container's own process. Throws as `startExec`. */
  attachContainer(id: string, options: AttachOptions, signal: AbortSignal): Promise<ProcessStream>;
}
