/** A command to run in a running container. */
export interface ExecOptions {
  readonly cmd: readonly string[];
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly user?: string | undefined;
  readonly working_dir?: string | undefined;
  readonly tty?: boolean | undefined;
  readonly privileged?: boolean | undefined;
  /** Starts the process without attaching: the stream has no output, and ends as detached. */
  readonly detach?: boolean | undefined;
  /** Keeps standard input open. */
  readonly stdin: boolean;
  /** In Docker's syntax: `ctrl-p,ctrl-q`. Only with a terminal. */
  readonly detach_keys?: string | undefined;
}

/** An exec that was created, and how to start it. */
export interface CreatedExec {
  readonly exec: string;
  readonly tty: boolean;
  readonly detach: boolean;
}

export interface AttachOptions {
  readonly stdin: boolean;
  readonly detach_keys?: string | undefined;
  /** Starts the container after its streams are attached, so that no output is lost. */
  readonly start?: (() => Promise<void>) | undefined;
  /** Begins with the output so far, from the container's log. */
  readonly logs?: boolean | undefined;
  /** False: the stream ends, as detached, without what the container writes from now on. */
  readonly follow?: boolean | undefined;
}

export interface Output {
  /** With a terminal, always stdout. */
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Buffer;
}

/** `isDetached`: the client detached, and the process keeps running. */
export type ProcessEnd = { readonly exitCode: number } | { readonly isDetached: true };

/** One detach key in Docker's syntax: `ctrl-p`, or a single character. Part of a regular expression. */
export const detachKey = /(ctrl-[a-z@[\\\]^_]|[\x21-\x2b\x2d-\x7e])/.source;

/** Docker's maximum of rows and of columns. */
export const maxCells = 65_535;

export interface WindowSize {
  readonly rows: number;
  readonly columns: number;
}

/** The standard streams of a process. All methods throw SatsumaError. */
export interface ProcessStream {
  /** Read with backpressure. Ends when the process has closed its output. */
  readonly output: AsyncIterable<Output>;
  /** Resolves when the stream accepts more. Bytes that nobody can read any more are dropped. */
  write(bytes: Buffer): Promise<void>;
  /** Closes standard input; output continues. */
  closeInput(): void;
  resize(size: WindowSize): Promise<void>;
  /** Resolves when the process has ended. Call it after the output has ended. */
  end(): Promise<ProcessEnd>;
  /** Closes the streams without affecting the process. */
  destroy(): void;
}
