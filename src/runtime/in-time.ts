import { SatsumaError } from '../model/errors.ts';
import { late, within } from './within.ts';

/** Nobody waits longer than this for an answer about all engines. */
const patienceMs = 2_000;

/** The answer, or `engine_timeout`. */
export async function inTime<T>(answer: Promise<T>, engineId: string): Promise<T> {
  const told = await within(patienceMs, answer);
  if (told !== late) return told;
  throw new SatsumaError('engine_timeout', `engine ${engineId} did not answer within ${patienceMs} ms`);
}
