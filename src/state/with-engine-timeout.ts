import { SatsumaError } from '../model/errors.ts';
import { timedOut, withTimeout } from '../runtime/with-timeout.ts';

/** The default time that one engine may delay an answer about all engines. */
const usualMs = 2_000;

/** The answer, or `engine_timeout`. */
export async function withEngineTimeout<T>(answer: Promise<T>, engineId: string, timeoutMs = usualMs): Promise<T> {
  const answered = await withTimeout(timeoutMs, answer);
  if (answered !== timedOut) return answered;
  throw new SatsumaError('engine_timeout', `engine ${engineId} did not answer within ${timeoutMs} ms`);
}
