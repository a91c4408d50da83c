import { CommanderError } from 'commander';
import { buildProgram, type ProgramOptions } from './program.ts';
import { reportError } from './report-error.ts';
import { visibleIo } from './visible-io.ts';
import { withWaitingNotice } from './waiting-notice.ts';

/** Runs one command and returns its exit code; see exit-codes.ts. */
export async function runCli(argv: readonly string[], options: ProgramOptions): Promise<number> {
  const io = visibleIo(options.io);
  try {
    await buildProgram({ ...options, io, api: withWaitingNotice(options.api, io) }).parseAsync(argv);
    return 0;
  } catch (error) {
    // Commander has printed its own message, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return reportError(io, error);
  }
}
