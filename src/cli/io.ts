/** Where a command writes. Each text is written as it is: whoever wants a new line says so. */
export interface Io {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** For what the terminal is to obey: to move the cursor. */
  readonly control: (sequence: string) => void;
  /** For what may be long: resolves when there is room for more; false when nothing can be written any more. */
  readonly pipe: (bytes: Buffer) => Promise<boolean>;
  /** As `pipe`, for stderr. */
  readonly errorPipe?: (bytes: Buffer) => Promise<boolean>;
  /** Its size, where stdout is a terminal: what was written there can be written over. */
  readonly terminal?: () => Terminal | undefined;
  /** The same of stderr. */
  readonly errorTerminal?: () => Terminal | undefined;
  /** As `control`, for stderr. */
  readonly errorControl?: (sequence: string) => void;
  readonly input?: Input;
  /** Calls back when the terminal has another size, until the function that is returned is called. */
  readonly onResize?: (listener: () => void) => () => void;
  /** Calls back in place of ending, with a name like TERM, until the function that is returned is called. */
  readonly onSignal?: (listener: (signal: string) => void) => () => void;
  /** Calls back at Ctrl-C, which then ends nothing, until the function that is returned is called. */
  readonly onInterrupt?: (listener: () => void) => () => void;
}

/** Standard input. */
export interface Input {
  readonly isTerminal: boolean;
  /** Every key is passed on as it is, Ctrl-C as well. */
  setRaw(isRaw: boolean): void;
  read(): AsyncIterable<Buffer>;
  /** Nobody reads any more: it keeps no process up. */
  close(): void;
}

export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  readonly hasColours?: boolean;
}

/** With all of it on stderr. */
export function onStandardError(io: Io): Io {
  const { stderr, errorTerminal, errorControl = () => undefined } = io;
  return { ...io, stdout: stderr, control: errorControl, terminal: () => errorTerminal?.() };
}
