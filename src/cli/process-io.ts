import { clientVariable } from '../config/client-host.ts';
import type { Input, Io, Terminal } from './io.ts';

interface ProcessIo {
  readonly io: Io;
  /** The exit code after all output is written: 1, with a message, if output was lost. */
  readonly finish: (exitCode: number) => Promise<number>;
}

/**
 * Standard output and error of this process. A failed write does not interrupt a command: `satsuma rm a b > /dev/full`
 * removes both, and then reports the lost output. A closed pipe, as in `satsuma ps | head -1`, is no failure.
 */
export function processIo(): ProcessIo {
  const { stdout, stderr } = process;
  let failure: NodeJS.ErrnoException | undefined;
  stdout.on('error', (error) => {
    failure ??= error;
  });
  // There is no other place to report it.
  stderr.on('error', () => undefined);
  let written = Promise.resolve(true);
  const write = (chunk: string | Buffer): Promise<boolean> => {
    written = new Promise((resolve) => void stdout.write(chunk, (error) => resolve(!error)));
    return written;
  };
  const io: Io = {
    stdout: (text) => void write(text),
    stderr: (text) => void stderr.write(text),
    control: (sequence) => void write(sequence),
    errorControl: (sequence) => void stderr.write(sequence),
    pipe: write,
    errorPipe: (bytes) => new Promise((resolve) => void stderr.write(bytes, (error) => resolve(!error))),
    terminal: () => terminalOf(stdout),
    errorTerminal: () => terminalOf(stderr),
    input: processInput(),
    onResize: (listener) => {
      stdout.on('resize', listener);
      return () => stdout.off('resize', listener);
    },
    onSignal,
    onInterrupt: (listener) => {
      process.once('SIGINT', listener);
      return () => process.off('SIGINT', listener);
    },
  };
  const finish = async (exitCode: number): Promise<number> => {
    await written;
    // The error event comes after the write's callback.
    await new Promise((resolve) => void setImmediate(resolve));
    if (!failure || failure.code === 'EPIPE') return exitCode;
    stderr.write(`satsuma: cannot write the output: ${sentenceOf(failure)}\n`);
    return exitCode === 0 ? 1 : exitCode;
  };
  return { io, finish };
}

function sentenceOf({ code, message }: NodeJS.ErrnoException): string {
  return code === 'ENOSPC' ? 'no space is left on the device' : message;
}

/** A terminal without a size, as in `script`, `expect` or on a serial console, reports 0 columns. */
function terminalOf({ isTTY, columns, rows }: NodeJS.WriteStream): Terminal | undefined {
  return isTTY ? { columns: columns || 80, rows: rows || 24, hasColours: hasColours() } : undefined;
}

/** See no-color.org. */
function hasColours(): boolean {
  return !clientVariable('NO_COLOR') && clientVariable('TERM') !== 'dumb';
}

/** Standard input of this process. Opened at the first read, because an open terminal would keep the process alive. */
function processInput(): Input {
  return {
    get isTerminal() {
      return process.stdin.isTTY === true;
    },
    setRaw: (isRaw) => {
      if (process.stdin.isTTY) process.stdin.setRawMode(isRaw);
    },
    read: () => process.stdin as AsyncIterable<Buffer>,
    close: () => void process.stdin.destroy(),
  };
}

/** Signals that terminate or notify a process. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;

function onSignal(listener: (signal: string) => void): () => void {
  const listeners = signals.map((signal) => [signal, () => listener(signal.slice(3))] as const);
  for (const [signal, each] of listeners) process.on(signal, each);
  return () => {
    for (const [signal, each] of listeners) process.off(signal, each);
  };
}
