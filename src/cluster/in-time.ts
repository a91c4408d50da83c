import { setTimeout } from 'node:timers/promises';
import { SatsumaError } from '../model/errors.ts';

/** Nobody waits longer than this for an answer about all engines. */
const patienceMs = 2_000;

/** What is late goes on until its own deadline; its end is nobody's business then. Throws `engine_timeout`. */
export async function inTime<T>(answer: Promise<T>, engineId: string): Promise<T> {
  const enough = new AbortController();
  const late = setTimeout(patienceMs, undefined, { signal: enough.signal }).then(() => {
    throw new SatsumaError('engine_timeout', `engine ${engineId} did not answer within ${patienceMs} ms`);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    enough.abort();
    await Promise.allSettled([late]);
    answer.catch(() => undefined);
  }
}
