import type { RelayAnswer, RelayRequest } from '../../engines/relay-operations.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { acceptedAnswer } from './read-answer.ts';

/** A registry that does not answer costs as many waits. */
const maxAsked = 3;
const silent = ['engine_unreachable', 'engine_timeout', 'engine_certificate', 'too_many_readers'] as const;

/**
 * The answer of the first engine that gives one, for what any engine can answer, such as the search of a registry. Throws what an engine refused
 * with, what the last one failed with, and `no_such_engine` where there is none to ask.
 */
export async function relayToFirst(
  { cache, pool, logger }: Cluster,
  request: RelayRequest,
  signal: AbortSignal,
): Promise<RelayAnswer> {
  const able = cache.engines().filter(({ condition, intent }) => condition === 'ok' && intent !== 'lost');
  let failure = new SatsumaError('no_such_engine', 'there is no engine that could be asked');
  for (const engine of able.slice(0, maxAsked)) {
    try {
      return await acceptedAnswer(await pool.client(engine).relay(request, signal));
    } catch (error) {
      if (signal.aborted || !isSatsumaError(error, ...silent)) throw error;
      logger.debug({ err: error, engineId: engine.id }, 'the next engine is asked');
      failure = error;
    }
  }
  throw failure;
}
