/** The body of POST /apiv1/container/{container}/exec. */
export interface ExecBody {
  readonly cmd: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly working_dir?: string;
  readonly tty?: boolean;
  readonly privileged?: boolean;
  /** It is started and left alone: what it writes is dropped. */
  readonly detach?: boolean;
  readonly stdin?: string;
  /** In place of `stdin`. */
  readonly stdin_base64?: string;
  /** Seconds. */
  readonly timeout?: number;
}

/** What a program wrote. Bytes that are no text have a sign in their place, and are whole in `stdout_base64` and `stderr_base64`. */
export interface ExecOutput {
  readonly stdout: string;
  readonly stderr: string;
  /** Only of what is no text in UTF-8. */
  readonly stdout_base64?: string;
  readonly stderr_base64?: string;
  /** Some of it was left out. */
  readonly truncated: boolean;
}

export interface ExecAnswer extends ExecOutput {
  readonly exit_code: number;
}

/** Of `detach`: it was started. */
export interface DetachedAnswer {
  readonly detached: true;
}

/** How a process ended, or why nobody knows. */
export type ExecStatus =
  | { readonly exit_code: number }
  | { readonly detached: true }
  | { readonly code: string; readonly message: string; readonly details?: unknown };

/** A container that its engine could not start is there now. */
export interface MovedContainer {
  readonly container: string;
  readonly engine: string;
}

/** One line of `?stream=true`; the last one is a status. `data_base64`: of what is no text. */
export type ExecLine =
  | { readonly stream: 'stdout' | 'stderr'; readonly data: string }
  | { readonly stream: 'stdout' | 'stderr'; readonly data_base64: string }
  | ExecStatus;
