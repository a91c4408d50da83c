import { isSatsumaError } from '../model/errors.ts';
import { ApiError, ServerAwayError } from './api-client.ts';

/** What the exit code tells a script. Shown by `satsuma --help`. */
export const exitCodes = {
  0: 'done',
  1: 'something failed: an engine, the store or the server',
  2: 'the command or the request is wrong',
  3: 'no such engine, container or image',
  4: 'in conflict with what is there',
  5: 'no engine has room; the reasons are printed',
  6: 'no server answers',
} as const;

export function exitCodeOf(error: unknown): keyof typeof exitCodes {
  if (error instanceof ServerAwayError) return 6;
  if (isSatsumaError(error, 'invalid')) return 2;
  if (!(error instanceof ApiError)) return 1;
  if (error.status === 404) return 3;
  if (error.status === 409) return 4;
  if (error.status === 422) return 5;
  return error.status < 500 ? 2 : 1;
}
