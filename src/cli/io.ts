import { clientVariable } from '../config/client-host.ts';

/** Where a command writes. Each text is written as it is: whoever wants a new line says so. */
export interface Io {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** For what the terminal is to obey: to move the cursor. */
  readonly control: (sequence: string) => void;
  /** For what may be long: resolves when there is room for more; false when nobody reads any more. */
  readonly pipe: (bytes: Buffer) => Promise<boolean>;
  /** Its size, where stdout is a terminal: what was written there can be written over. */
  readonly terminal?: () => Terminal | undefined;
  /** The same of stderr. */
  readonly errorTerminal?: () => Terminal | undefined;
  /** As `control`, for stderr. */
  readonly errorControl?: (sequence: string) => void;
  /** Calls back at Ctrl-C, which then ends nothing, until the function that is returned is called. */
  readonly onInterrupt?: (listener: () => void) => () => void;
}

export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  readonly hasColours?: boolean;
}

export const terminalIo: Io = {
  stdout: (text) => {
    process.stdout.write(text);
  },
  stderr: (text) => {
    process.stderr.write(text);
  },
  control: (sequence) => {
    process.stdout.write(sequence);
  },
  pipe: (bytes) => {
    const { stdout } = process;
    // It comes as an event as well, after the answer to the write.
    if (stdout.listenerCount('error') === 0) stdout.on('error', unlessClosed);
    return new Promise((resolve, reject) => {
      stdout.write(bytes, (error) => (error && !isClosed(error) ? reject(error) : resolve(!error)));
    });
  },
  terminal: () => terminalOf(process.stdout),
  errorTerminal: () => terminalOf(process.stderr),
  errorControl: (sequence) => {
    process.stderr.write(sequence);
  },
  onInterrupt: (listener) => {
    process.once('SIGINT', listener);
    return () => process.off('SIGINT', listener);
  },
};

/** With all of it on stderr. */
export function onStandardError(io: Io): Io {
  const { stderr, errorTerminal, errorControl = () => undefined } = io;
  return { ...io, stdout: stderr, control: errorControl, terminal: () => errorTerminal?.() };
}

function terminalOf({ isTTY, columns, rows }: NodeJS.WriteStream): Terminal | undefined {
  return isTTY && columns > 0 ? { columns, rows, hasColours: hasColours() } : undefined;
}

/** As no-color.org has it. */
function hasColours(): boolean {
  return !clientVariable('NO_COLOR') && clientVariable('TERM') !== 'dumb';
}

/** `satsuma logs -f web | head` is no failure. */
function isClosed({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE';
}

function unlessClosed(error: Error): void {
  if (!isClosed(error)) throw error;
}
