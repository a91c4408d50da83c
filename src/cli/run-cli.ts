import { CommanderError } from 'commander';
import { visibleLines, visibleText } from '../model/visible-text.ts';
import type { ApiTransport } from './api-client.ts';
import { ProgramEnd } from './exit-codes.ts';
import { commandIn, expandWords } from './expand-words.ts';
import type { Io } from './io.ts';
import { buildProgram, type ProgramOptions } from './program.ts';
import { reportError } from './report-error.ts';

/** Runs a command and returns its exit code; see exit-codes.ts. `exec` returns that of the program. */
export async function runCli(argv: readonly string[], options: ProgramOptions): Promise<number> {
  const io = visibleIo(options.io);
  try {
    const [node = '', program = '', ...words] = argv;
    const all = { ...options, io, api: withWaitingNotice(options.api, io) };
    const expanded = expandWords(words);
    await buildProgram(all, commandIn(expanded)).parseAsync([node, program, ...expanded]);
    return 0;
  } catch (error) {
    // Commander has already printed its message or the help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof ProgramEnd) return error.exitCode;
    return reportError(io, error);
  }
}

/**
 * Sanitizes text, so that a terminal shows control characters instead of interpreting them; `control` and `pipe` pass
 * unchanged.
 */
function visibleIo(io: Io): Io {
  return {
    ...io,
    stdout: (text) => io.stdout(visibleLines(text)),
    stderr: (text) => io.stderr(visibleLines(text)),
  };
}

/** Requests that take longer show a notice. */
const silentMs = 1_000;

/** Shows on a terminal (stderr) that a request is in progress, and for how long; a pull may take minutes. */
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
      // Clears the line for further output.
      if (isShown) errorControl('\r\x1b[K');
    }
  };
}
