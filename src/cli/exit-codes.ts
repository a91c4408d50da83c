import { isSatsumaError } from '../model/errors.ts';
import { ApiError, ServerAwayError } from './api-client.ts';

/** The exit codes for scripts. Shown by `satsuma --help`. */
export const exitCodes = {
  0: 'done',
  1: 'something failed: an engine, the store, the server, a run, or an update, which is paused or was rolled back',
  2: 'the command or the request is wrong',
  3: 'no such engine, container, image, service or job',
  4: 'conflict with the current state',
  5: 'no engine has room; the reasons are printed',
  6: 'no Satsuma server answers at this address',
  130: 'Ctrl-C while it waited; the operation continues on the server',
} as const;

export type ExitCode = keyof typeof exitCodes;

/**
 * The operation was accepted, but did not complete, or was not waited for. `details`: as in an ApiError. `data`: the
 * last known state, for `--json`.
 */
export class IncompleteOperation extends Error {
  readonly exitCode: ExitCode;
  readonly details: unknown;
  readonly data: unknown;

  constructor(exitCode: ExitCode, message: string, details?: unknown, data?: unknown) {
    super(message);
    this.name = 'NotDone';
    this.exitCode = exitCode;
    this.details = details;
    this.data = data;
  }

  withData(data: unknown): IncompleteOperation {
    return new IncompleteOperation(this.exitCode, this.message, this.details, data);
  }
}

/** Adds the last known state to a NotDone error. Throws what `waiting` throws. */
export async function withLatest<T>(waiting: Promise<T>, latest: () => unknown): Promise<T> {
  return await waiting.catch((error: unknown) => {
    throw error instanceof IncompleteOperation ? error.withData(latest()) : error;
  });
}

/** The error has been printed already. */
export class Reported extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode) {
    super('reported');
    this.name = 'Reported';
    this.exitCode = exitCode;
  }
}

/** A program in a container ended; this process exits with the same code. */
export class ProgramEnd extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`the program ended with ${exitCode}`);
    this.name = 'ProgramEnd';
    this.exitCode = exitCode;
  }
}

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof IncompleteOperation) return error.exitCode;
  if (error instanceof ServerAwayError) return 6;
  if (isSatsumaError(error, 'invalid')) return 2;
  if (!(error instanceof ApiError)) return 1;
  if (error.status === 404) return 3;
  if (error.status === 409) return 4;
  if (error.status === 422) return 5;
  return error.status < 500 ? 2 : 1;
}
