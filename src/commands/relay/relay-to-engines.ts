import type { RelayRequest } from '../../engines/relay-operations.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { Semaphore } from '../../runtime/semaphore.ts';
import type { Cluster } from '../../state/cluster.ts';
import { withEngineTimeout } from '../../state/with-engine-timeout.ts';
import { readAnswer } from './read-answer.ts';

/** Whole documents are large: the answers of so many engines may be on their way at once. */
const atOnce = 64;

/** Of all answers to one call: they are in memory together. */
const maxBytes = 128 * 2 ** 20;

export interface RelayedList {
  readonly engine: EngineRecord;
  readonly answer: unknown;
}

export interface RelayToEngines extends RelayRequest {
  readonly signal: AbortSignal;
  /** Of an answer that an engine works on for longer than a list. */
  readonly timeoutMs?: number;
}

/**
 * Docker's own answers of the engines, by engine. One that is known to be down is not asked, one that hangs not waited for: what they have
 * is missing. Throws what the first one failed with where none answers.
 */
export async function relayToEngines(
  { pool, logger }: Cluster,
  engines: readonly EngineRecord[],
  { signal, timeoutMs, ...request }: RelayToEngines,
): Promise<readonly RelayedList[]> {
  const semaphore = new Semaphore(atOnce);
  const budget = { left: maxBytes };
  const failures: SatsumaError[] = [];
  const answers = await Promise.all(
    engines.map((engine) =>
      semaphore.run(async () => {
        const late = new AbortController();
        try {
          if (engine.condition === 'down') throw downEngine(engine);
          const asked = pool.client(engine).relay(request, AbortSignal.any([signal, late.signal]));
          return [
            {
              engine,
              answer: await withEngineTimeout(
                asked.then((each) => readAnswer(each, budget)),
                engine.id,
                timeoutMs,
              ),
            },
          ];
        } catch (error) {
          if (!isSatsumaError(error)) throw error;
          late.abort();
          logger.debug({ err: error, engineId: engine.id }, 'engine left out of a list');
          failures.push(error);
          return [];
        }
      }),
    ),
  );
  const [failure] = failures;
  if (failure && failures.length === engines.length) throw failure;
  return answers.flat();
}

function downEngine({ id, error = '' }: EngineRecord): SatsumaError {
  return new SatsumaError('engine_unreachable', `engine ${id} is down: ${error}`);
}
