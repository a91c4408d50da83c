import { visibleText } from '../model/visible-text.ts';
import { ApiError } from './api-client.ts';
import { type ExitCode, exitCodeOf, IncompleteOperation, Reported } from './exit-codes.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { adviceText, noRoomText } from './no-room.ts';
import { reasonLines } from './reason-lines.ts';

/** Prints an error with the reasons of engines, and returns the exit code. */
export function reportError(io: Io, error: unknown): ExitCode {
  if (error instanceof Reported) return error.exitCode;
  io.stderr(`satsuma: ${noRoomOf(error) ?? messageOf(error)}\n`);
  if (error instanceof ApiError || error instanceof IncompleteOperation) {
    for (const reason of reasonLines(error.details)) io.stderr(line`  ${reason}`);
    const way = adviceText(error.details);
    if (way !== undefined) io.stderr(line`  ${way}`);
  }
  return exitCodeOf(error);
}

function noRoomOf(error: unknown): string | undefined {
  return error instanceof ApiError && error.status === 422 ? noRoomText('the container', error.details) : undefined;
}

/** Server messages are single lines; our own may have several. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof ApiError ? visibleText(error.message) : error.message;
}
