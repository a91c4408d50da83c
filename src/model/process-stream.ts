/** What to run in a container that runs. */
export interface ExecOptions {
  readonly cmd: readonly string[];
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly user?: string | undefined;
  readonly working_dir?: string | undefined;
  readonly tty?: boolean | undefined;
  readonly privileged?: boolean | undefined;
  /** It is started and left alone: its stream has no output, and says that it was detached from. */
  readonly detach?: boolean | undefined;
  /** Its standard input is open. */
  readonly stdin: boolean;
  /** As docker has them: `ctrl-p,ctrl-q`. With a terminal only. */
  readonly detach_keys?: string | undefined;
}

/** A program that was created, and how it is started. */
export interface CreatedExec {
  readonly exec: string;
  readonly tty: boolean;
  readonly detach: boolean;
}

export interface AttachOptions {
  readonly stdin: boolean;
  readonly detach_keys?: string | undefined;
  /** Starts the container, which does not run yet. Called once its streams are connected: nothing that it writes is lost. */
  readonly start?: (() => Promise<void>) | undefined;
}

export interface Output {
  /** With a terminal, all of it is stdout. */
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Buffer;
}

/** `isDetached`: its output is not followed any more, and it runs on. */
export type ProcessEnd = { readonly exitCode: number } | { readonly isDetached: true };

/** One of the keys that detach, as docker writes it: `ctrl-p`, or the key itself. A part of an expression. */
export const detachKey = /(ctrl-[a-z@[\\\]^_]|[\x21-\x2b\x2d-\x7e])/.source;

/** Terminals have no more rows, and no more columns. */
export const mostCells = 65_535;

export interface WindowSize {
  readonly rows: number;
  readonly columns: number;
}

/** The standard streams of a process. Every call throws SatsumaError. */
export interface ProcessStream {
  /** As fast as it is asked for. Ends when the process has closed its output. */
  readonly output: AsyncIterable<Output>;
  /** Resolves when there is room for more. What nobody reads any more is dropped. */
  write(bytes: Buffer): Promise<void>;
  /** Its standard input ends; its output goes on. */
  closeInput(): void;
  resize(size: WindowSize): Promise<void>;
  /** Resolves when it has ended; to be called when its output has. */
  end(): Promise<ProcessEnd>;
  /** Leaves the process alone. */
  destroy(): void;
}
