/** The body of POST /apiv1/container/{container}/exec. */
export interface ExecBody {
  readonly cmd: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly working_dir?: string;
  readonly tty?: boolean;
  readonly privileged?: boolean;
  readonly stdin?: string;
  /** In place of `stdin`. */
  readonly stdin_base64?: string;
  /** Seconds. */
  readonly timeout?: number;
}

export interface ExecAnswer {
  readonly exit_code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Some of it was left out. */
  readonly truncated: boolean;
}

/** How a process ended, or why nobody knows. */
export type ExecStatus =
  | { readonly exit_code: number }
  | { readonly detached: true }
  | { readonly code: string; readonly message: string };

/** One line of `?stream=true`; the last one is a status. `data_base64`: of what is no text. */
export type ExecLine =
  | { readonly stream: 'stdout' | 'stderr'; readonly data: string }
  | { readonly stream: 'stdout' | 'stderr'; readonly data_base64: string }
  | ExecStatus;
