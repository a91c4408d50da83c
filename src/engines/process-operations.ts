import type { AttachOptions, ExecOptions, ProcessStream } from '../model/process-stream.ts';

/** Processes in containers. Each holds a connection of its own until its stream is destroyed, or the signal aborts. */
export interface ProcessOperations {
  /** Runs a program in a container that runs. Throws `no_such_container`, `wrong_state`, `invalid`, `too_many_readers`. */
  startExec(id: string, options: ExecOptions, signal: AbortSignal): Promise<ProcessStream>;
  /** The container's own process. Throws as `startExec`. */
  attachContainer(id: string, options: AttachOptions, signal: AbortSignal): Promise<ProcessStream>;
}
