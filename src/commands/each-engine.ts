import type { EngineRecord } from '../model/engine.ts';
import { isSatsumaError, SatsumaError } from '../model/errors.ts';
import { Semaphore } from '../runtime/semaphore.ts';
import type { Cluster } from '../state/cluster.ts';
import { type EngineFailure, failureOf, knownFailure, refuseDown } from '../state/containers/ask-engines.ts';

/** Maximum number of concurrent requests: image lists are large. */
const atOnce = 64;

/** The named engines, or those with all of the labels. Neither: all engines. */
export interface EngineChoice {
  readonly engines?: readonly string[] | undefined;
  readonly labels?: readonly string[] | undefined;
}

/** The answers of the engines, and the failures. */
export interface EngineAnswers<T> {
  readonly answers: readonly { readonly engine: EngineRecord; readonly value: T }[];
  readonly errors: readonly EngineFailure[];
  /** The first error as thrown. */
  readonly firstError: SatsumaError | undefined;
}

/** Sorted by id. Throws `no_such_engine`. */
export async function chooseEngines({ cache }: Cluster, { engines, labels }: EngineChoice): Promise<EngineRecord[]> {
  await cache.catchUp();
  if (engines !== undefined) return [...new Set(engines)].sort().map((id) => cache.engine(id).value);
  const all = cache.engines();
  if (labels === undefined) return all;
  const bearing = all.filter((engine) => labels.every((label) => engine.labels.includes(label)));
  if (bearing.length > 0) return bearing;
  throw new SatsumaError('no_such_engine', `No engine has the label ${labels.join(' and the label ')}`);
}

/** Asks the engines concurrently. Engines known as down are not asked. A failure affects only that engine's answer. */
export async function askEach<T>(
  cluster: Cluster,
  engines: readonly EngineRecord[],
  ask: (engine: EngineRecord) => Promise<T>,
): Promise<EngineAnswers<T>> {
  const semaphore = new Semaphore(atOnce);
  let firstError: SatsumaError | undefined;
  const outcomes = await Promise.all(
    engines.map((engine) =>
      semaphore.run(async () => {
        try {
          refuseDown(engine);
          return { answer: { engine, value: await ask(engine) } };
        } catch (error) {
          if (!isSatsumaError(error)) throw error;
          firstError ??= error;
          const known = engine.condition === 'down' ? knownFailure(cluster, engine) : undefined;
          return { failure: known ?? failureOf(cluster, engine.id, error) };
        }
      }),
    ),
  );
  return {
    answers: outcomes.flatMap(({ answer }) => answer ?? []),
    errors: outcomes.flatMap(({ failure }) => failure ?? []),
    firstError,
  };
}
