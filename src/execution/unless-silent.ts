import { isSatsumaError } from '../model/errors.ts';

/** For `catch`: an engine that does not answer, or refuses, says nothing. Throws everything else again. */
export function unlessSilent(error: unknown): undefined {
  if (!isSatsumaError(error)) throw error;
}
