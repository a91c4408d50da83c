/** The body of POST /apiv1/container/{container}/exec. */
export interface ExecBody {
  readonly cmd: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly working_dir?: string;
  readonly tty?: boolean;
  readonly privileged?: boolean;
  /** Start without attaching: its output is dropped. */
  readonly detach?: boolean;
  readonly stdin?: string;
  /** Instead of `stdin`. */
  readonly stdin_base64?: string;
  /** Seconds. */
  readonly timeout?: number;
}

/**
 * The output of a process. Invalid UTF-8 is replaced in `stdout` and `stderr`, and complete in `stdout_base64` and
 * `stderr_base64`.
 */
export interface ExecOutput {
  readonly stdout: string;
  readonly stderr: string;
  /** Present only if the output is not valid UTF-8. */
  readonly stdout_base64?: string;
  readonly stderr_base64?: string;
  /** Some of the output is missing. */
  readonly truncated: boolean;
}

export interface ExecAnswer extends ExecOutput {
  readonly exit_code: number;
}

/** The answer with `detach`: the process was started. */
export interface DetachedAnswer {
  readonly detached: true;
}

/** How a process ended, or why that is unknown. */
export type ExecStatus =
  | { readonly exit_code: number }
  | { readonly detached: true }
  | { readonly code: string; readonly message: string; readonly details?: unknown };

/** The container was recreated on another engine, because its engine could not start it. */
export interface MovedContainer {
  readonly container: string;
  readonly engine: string;
}

/** One line of `?stream=true`; the last line is a status. `data_base64`: output that is not valid UTF-8. */
export type ExecLine =
  | { readonly stream: 'stdout' | 'stderr'; readonly data: string }
  | { readonly stream: 'stdout' | 'stderr'; readonly data_base64: string }
  | ExecStatus;
