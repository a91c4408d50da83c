import { CommanderError } from 'commander';
import { ProgramEnd } from './exit-codes.ts';
import { buildProgram, type ProgramOptions } from './program.ts';
import { reportError } from './report-error.ts';
import { visibleIo } from './visible-io.ts';
import { withWaitingNotice } from './waiting-notice.ts';

/** Runs one command and returns its exit code; see exit-codes.ts. That of `exec` is the program's. */
export async function runCli(argv: readonly string[], options: ProgramOptions): Promise<number> {
  const io = visibleIo(options.io);
  try {
    await buildProgram({ ...options, io, api: withWaitingNotice(options.api, io) }).parseAsync(argv);
    return 0;
  } catch (error) {
    // Commander has printed its own message, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof ProgramEnd) return error.exitCode;
    return reportError(io, error);
  }
}
