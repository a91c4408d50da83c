import { isSatsumaError } from '../model/errors.ts';

/** For `catch`: ignores the engine's errors. Rethrows all others. */
export function ignoreEngineError(error: unknown): undefined {
  if (!isSatsumaError(error)) throw error;
}
