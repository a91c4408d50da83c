import { isSatsumaError } from './errors.ts';

/** For `catch`: a container that is not there any more needs no more removing. Throws everything else again. */
export function ignoreNotFound(error: unknown): void {
  if (!isSatsumaError(error, 'no_such_container')) throw error;
}
