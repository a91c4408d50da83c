import type { EngineClient } from '../../engines/engine-client.ts';
import type { ImageStep } from '../../model/engine-image.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { withEngineTimeout } from '../../state/with-engine-timeout.ts';
import { askEach, chooseEngines, type EngineAnswers } from '../each-engine.ts';

interface Found<T> {
  readonly engine: string;
  readonly value: T;
}

/** Docker's own document of an image, from the engine named, or from the first that has it. Throws `no_such_image`, `no_such_engine`. */
export function inspectEngineImage(
  cluster: Cluster,
  name: string,
  engine?: string,
): Promise<Found<Readonly<Record<string, unknown>>>> {
  return askFirst(cluster, name, engine, (client) => client.inspectImage(name));
}

/** How it was made. Throws as `inspectEngineImage`. */
export function listImageSteps(cluster: Cluster, name: string, engine?: string): Promise<Found<readonly ImageStep[]>> {
  return askFirst(cluster, name, engine, (client) => client.listImageSteps(name));
}

async function askFirst<T>(
  cluster: Cluster,
  name: string,
  engine: string | undefined,
  ask: (client: EngineClient) => Promise<T>,
): Promise<Found<T>> {
  const engines = await chooseEngines(cluster, { engines: engine === undefined ? undefined : [engine] });
  const found = await askEach(cluster, engines, (each) => withEngineTimeout(ask(cluster.pool.client(each)), each.id));
  const [first] = withFound(name, found).answers;
  if (!first) throw noSuchImage(name);
  return { engine: first.engine.id, value: first.value };
}

/**
 * Answers about one image: an engine that has no such image is no failure while another one has it. Throws `no_such_image` where
 * nobody has it, and what an engine failed with where none answered.
 */
export function withFound<T>(name: string, found: EngineAnswers<T>): EngineAnswers<T> {
  const errors = found.errors.filter(({ code }) => code !== 'no_such_image');
  if (found.answers.length > 0) return { ...found, errors };
  const { firstError } = found;
  if (firstError && !isSatsumaError(firstError, 'no_such_image')) throw firstError;
  const [silent] = errors;
  if (silent) throw new SatsumaError(silent.code, silent.message);
  throw noSuchImage(name);
}

function noSuchImage(name: string): SatsumaError {
  return new SatsumaError('no_such_image', `no engine that was asked has an image ${name}`);
}
