import { CommanderError } from 'commander';
import { ApiError } from './api-client.ts';
import { exitCodeOf } from './exit-codes.ts';
import { buildProgram, type ProgramOptions } from './program.ts';

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
    if (error instanceof ApiError) for (const line of reasonLines(error.details)) io.stderr(`  ${line}\n`);
    return exitCodeOf(error);
  }
}

/** An Explanation, as lines; nothing for other details, which the message has said already. */
function reasonLines(details: unknown): string[] {
  if (typeof details !== 'object' || details === null || !('engines' in details)) return [];
  const reports = details.engines as readonly { readonly engine: string; readonly message: string }[];
  return reports.map(({ engine, message }) => `${engine}: ${message}`);
}
