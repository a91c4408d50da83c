import { isSatsumaError } from './errors.ts';

/** For `catch`: a container that does not exist needs no removal. Rethrows all other errors. */
export function ignoreNotFound(error: unknown): void {
  if (!isSatsumaError(error, 'no_such_container')) throw error;
}
