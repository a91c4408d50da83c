import { CommanderError } from 'commander';
import { ApiError } from './api-client.ts';
import { exitCodeOf, NotDone } from './exit-codes.ts';
import { buildProgram, type ProgramOptions } from './program.ts';
import { reasonLines } from './reason-lines.ts';

/** Runs one command and returns its exit code; see exit-codes.ts. */
export async function runCli(argv: readonly string[], options: ProgramOptions): Promise<number> {
  try {
    await buildProgram(options).parseAsync(argv);
    return 0;
  } catch (error) {
    // Commander has printed its own message, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const { io } = options;
    io.stderr(`satsuma: ${error instanceof Error ? error.message : String(error)}\n`);
    if (error instanceof ApiError || error instanceof NotDone) {
      for (const line of reasonLines(error.details)) io.stderr(`  ${line}\n`);
    }
    return exitCodeOf(error);
  }
}
