import { visibleText } from '../model/visible-text.ts';
import { ApiError } from './api-client.ts';
import { type ExitCode, exitCodeOf, NotDone, Reported } from './exit-codes.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { reasonLines } from './reason-lines.ts';

/** From the least to the worst, for commands that take several names. */
const severity: readonly ExitCode[] = [0, 3, 4, 5, 2, 6, 1, 130];

/** Writes what went wrong, with the reason of each engine where there are such, and returns the exit code. */
export function reportError(io: Io, error: unknown): ExitCode {
  if (error instanceof Reported) return error.exitCode;
  io.stderr(`satsuma: ${messageOf(error)}\n`);
  if (error instanceof ApiError || error instanceof NotDone) {
    for (const reason of reasonLines(error.details)) io.stderr(line`  ${reason}`);
  }
  return exitCodeOf(error);
}

/** What a server says is one line; of our own messages some have more. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof ApiError ? visibleText(error.message) : error.message;
}

/** What is left to do for a name once all were begun with, such as waiting. */
export type FollowUp = () => Promise<void>;

/** Does it for each name, whatever becomes of the others. Throws `Reported` with the exit code of the worst failure. */
export async function forEachName(
  io: Io,
  names: readonly string[],
  action: (name: string) => Promise<FollowUp | undefined>,
): Promise<void> {
  const codes: ExitCode[] = [0];
  const followUps: FollowUp[] = [];
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    // Without a server there is nobody to ask for the others.
    if (codes.some((code) => code === 6 || code === 130)) return;
    await work().catch((error: unknown) => codes.push(reportError(io, error)));
  };
  for (const name of names) {
    await attempt(async () => {
      const followUp = await action(name);
      if (followUp) followUps.push(followUp);
    });
  }
  for (const followUp of followUps) await attempt(followUp);
  const worst = codes.reduce((a, b) => (severity.indexOf(b) > severity.indexOf(a) ? b : a));
  if (worst !== 0) throw new Reported(worst);
}
