import { clientVariable } from '../config/client-host.ts';
import type { Input, Io, Terminal } from './io.ts';

export interface ProcessIo {
  readonly io: Io;
  /** The exit code once all is written: 1, with a sentence, where output was lost. */
  readonly finish: (exitCode: number) => Promise<number>;
}

/**
 * Standard output and error of this process. A write that fails ends no command half-way: `satsuma rm a b > /dev/full`
 * removes both, and then says that the output was lost. A reader that has gone, as of `satsuma ps | head -1`, is no failure.
 */
export function processIo(): ProcessIo {
  const { stdout, stderr } = process;
  let failure: NodeJS.ErrnoException | undefined;
  stdout.on('error', (error) => {
    failure ??= error;
  });
  // Nobody could be told.
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
    // The error comes as an event, after the answer to the write.
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

/** A terminal that nobody told its size, as of `script`, `expect` or a serial console, has 0 columns. It obeys like any other. */
function terminalOf({ isTTY, columns, rows }: NodeJS.WriteStream): Terminal | undefined {
  return isTTY ? { columns: columns || 80, rows: rows || 24, hasColours: hasColours() } : undefined;
}

/** As no-color.org has it. */
function hasColours(): boolean {
  return !clientVariable('NO_COLOR') && clientVariable('TERM') !== 'dumb';
}

/** Standard input of this process. It is opened when it is first read: a terminal would otherwise be held for nothing. */
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

/** What ends a process, or tells it something, from outside. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;

function onSignal(listener: (signal: string) => void): () => void {
  const listeners = signals.map((signal) => [signal, () => listener(signal.slice(3))] as const);
  for (const [signal, each] of listeners) process.on(signal, each);
  return () => {
    for (const [signal, each] of listeners) process.off(signal, each);
  };
}
