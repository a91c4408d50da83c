/** The streams of a command. Text is written unchanged: newlines are up to the caller. */
export interface Io {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** For control sequences that the terminal must interpret, such as cursor movement. */
  readonly control: (sequence: string) => void;
  /** For long output: resolves when there is room for more; false when the reader is gone. */
  readonly pipe: (bytes: Buffer) => Promise<boolean>;
  /** Like `pipe`, for stderr. */
  readonly errorPipe?: (bytes: Buffer) => Promise<boolean>;
  /** The size of the terminal, if stdout is one. */
  readonly terminal?: () => Terminal | undefined;
  /** The same for stderr. */
  readonly errorTerminal?: () => Terminal | undefined;
  /** Like `control`, for stderr. */
  readonly errorControl?: (sequence: string) => void;
  readonly input?: Input;
  /** Calls back when the terminal is resized, until the returned function is called. */
  readonly onResize?: (listener: () => void) => () => void;
  /** Calls back instead of terminating, with a name like TERM, until the returned function is called. */
  readonly onSignal?: (listener: (signal: string) => void) => () => void;
  /** Calls back at Ctrl-C instead of terminating, until the returned function is called. */
  readonly onInterrupt?: (listener: () => void) => () => void;
}

/** Standard input. */
export interface Input {
  readonly isTerminal: boolean;
  /** Passes every key on unchanged, including Ctrl-C. */
  setRaw(isRaw: boolean): void;
  read(): AsyncIterable<Buffer>;
  /** Stops reading, so that the process can exit. */
  close(): void;
}

export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  readonly hasColours?: boolean;
}

/** Redirects all output to stderr. */
export function onStandardError(io: Io): Io {
  const { stderr, errorTerminal, errorControl = () => undefined } = io;
  return { ...io, stdout: stderr, control: errorControl, terminal: () => errorTerminal?.() };
}
