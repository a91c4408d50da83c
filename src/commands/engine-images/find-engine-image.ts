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

/**
 * Docker's inspect document of an image, from the named engine, or from the first that has it. Throws `no_such_image`,
 * `no_such_engine`.
 */
export function inspectEngineImage(
  cluster: Cluster,
  name: string,
  engine?: string,
): Promise<Found<Readonly<Record<string, unknown>>>> {
  return askFirst(cluster, name, engine, (client) => client.inspectImage(name));
}

/** The image's history. Throws as `inspectEngineImage`. */
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
 * Drops `no_such_image` failures while at least one engine has the image. Throws `no_such_image` if none has it, and an
 * engine's error if none answered.
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
