import { CommanderError } from 'commander';
import { visibleLines, visibleText } from '../model/visible-text.ts';
import type { ApiTransport } from './api-client.ts';
import { ProgramEnd } from './exit-codes.ts';
import { expandWords } from './expand-words.ts';
import type { Io } from './io.ts';
import { buildProgram, type ProgramOptions } from './program.ts';
import { reportError } from './report-error.ts';

/** Runs one command and returns its exit code; see exit-codes.ts. That of `exec` is the program's. */
export async function runCli(argv: readonly string[], options: ProgramOptions): Promise<number> {
  const io = visibleIo(options.io);
  try {
    const [node = '', program = '', ...words] = argv;
    const all = { ...options, io, api: withWaitingNotice(options.api, io) };
    await buildProgram(all).parseAsync([node, program, ...expandWords(words)]);
    return 0;
  } catch (error) {
    // Commander has printed its own message, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof ProgramEnd) return error.exitCode;
    return reportError(io, error);
  }
}

/** Writes text so that a terminal shows it and obeys nothing of it; `control` and `pipe` are for what is to pass. */
function visibleIo(io: Io): Io {
  return {
    ...io,
    stdout: (text) => io.stdout(visibleLines(text)),
    stderr: (text) => io.stderr(visibleLines(text)),
  };
}

/** An answer that takes longer is waited for in sight. */
const silentMs = 1_000;

/** Tells on a terminal, on standard error, that an answer is waited for and for how long; a pull may take minutes. */
export function withWaitingNotice(api: ApiTransport, io: Io): ApiTransport {
  return async (...call) => {
    const [, , , progress] = call;
    const { errorTerminal, errorControl } = io;
    if (!errorControl || errorTerminal?.() === undefined) return await api(...call);
    const began = performance.now();
    let isShown = false;
    const timer = setInterval(() => {
      isShown = true;
      const seconds = `waiting for the server: ${Math.round((performance.now() - began) / 1000)} s`;
      const text = visibleText(progress?.() ?? seconds);
      errorControl(`\r${[...text].slice(0, (errorTerminal?.()?.columns ?? 80) - 1).join('')}\x1b[K`);
    }, silentMs);
    try {
      return await api(...call);
    } finally {
      clearInterval(timer);
      // The line is for what comes next.
      if (isShown) errorControl('\r\x1b[K');
    }
  };
}
