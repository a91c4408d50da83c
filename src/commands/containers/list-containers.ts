import type { EngineRecord } from '../../model/engine.ts';
import { type ErrorCode, isSatsumaError } from '../../model/errors.ts';
import { canonicalImageName } from '../../model/image-name.ts';
import { Semaphore } from '../../runtime/semaphore.ts';
import { withTimeout } from '../../runtime/with-timeout.ts';
import type { Cluster } from '../../state/cluster.ts';
import { askedFor, type Container, isAlive, viewContainer } from '../../state/containers/container-view.ts';
import { withEngineTimeout } from '../../state/with-engine-timeout.ts';

/**
 * A list waits this long for inspections, of which each container needs one in its life: after a start among thousands
 * of containers they take longer. What is listed until then is told as far as the engine's list and our labels tell it.
 */
const inspectionsMs = 1_000;

/**
 * Engines that a list asks at a time: of a thousand at once all answers would be in memory together. One that keeps us
 * waiting gives its place to the next, so that engines that hang do not queue up behind each other.
 */
const asked = 64;
const placeMs = 50;

export interface ContainerFilter {
  /** Stopped ones too. */
  readonly all?: boolean | undefined;
  readonly engine?: string | undefined;
  /** One that the image config asked for. */
  readonly label?: string | undefined;
  readonly image?: string | undefined;
  readonly state?: string | undefined;
}

/** An engine that could not be asked. */
export interface EngineFailure {
  readonly engine: string;
  readonly code: ErrorCode;
  readonly message: string;
  /** RFC 3339. */
  readonly since: string;
}

/**
 * Every engine's containers, by engine and name. An engine that does not answer costs its own containers and nobody
 * else's; one that is known to be down is not waited for at all. `show` makes of each engine's containers what is kept of
 * them until the last engine has answered.
 */
export async function listContainers<T>(
  cluster: Cluster,
  filter: ContainerFilter,
  show: (containers: Container[]) => T,
): Promise<{ shown: T[]; errors: EngineFailure[] }> {
  const engines = filter.engine === undefined ? cluster.cache.engines() : [cluster.cache.engine(filter.engine).value];
  const semaphore = new Semaphore(asked);
  const answers = await Promise.all(
    engines.map(async (engine) => {
      const answer = await semaphore.run(async () => {
        const asking = askEngine(cluster, engine, filter, show);
        await withTimeout(placeMs, asking);
        return { asking };
      });
      return await answer.asking;
    }),
  );
  return {
    shown: answers.flatMap((answer) => ('failure' in answer ? [] : [answer.shown])),
    errors: answers.flatMap((answer) => ('failure' in answer ? [answer.failure] : [])),
  };
}

/** One engine's containers. Throws what the engine failed with. */
export async function listOnEngine(
  { cache, pool, details, installation }: Cluster,
  engineId: string,
  filter: ContainerFilter,
): Promise<Container[]> {
  const { value: engine } = cache.engine(engineId);
  const client = pool.client(engine);
  const listed = await client.listContainers();
  details.keepOnly(engineId, listed, cache.reservations(engineId));
  const wantsAll = filter.all || filter.state !== undefined;
  const wanted = listed.filter((each) => wantsAll || isAlive(each));
  const found = await details.soon(inspectionsMs, engineId, client, wanted);
  return wanted
    .flatMap((container) => {
      const inspected = found.details.get(container.id);
      const failure = found.details.failure(container.id);
      const isGone = !inspected && !failure && found.isWhole;
      const asked = askedFor({ cache, installation }, container, engine);
      return isGone ? [] : [viewContainer(engine, container, { asked, inspected, failure })];
    })
    .filter((container) => isWanted(container, filter))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function askEngine<T>(
  cluster: Cluster,
  { id, condition, error: message = '', since }: EngineRecord,
  filter: ContainerFilter,
  show: (containers: Container[]) => T,
): Promise<{ shown: T } | { failure: EngineFailure }> {
  if (condition === 'down') return { failure: { engine: id, code: 'engine_unreachable', message, since } };
  try {
    return { shown: show(await withEngineTimeout(listOnEngine(cluster, id, filter), id)) };
  } catch (error) {
    if (!isSatsumaError(error)) throw error;
    return { failure: { engine: id, code: error.code, message: error.message, since: new Date().toISOString() } };
  }
}

function isWanted({ image, state }: Container, filter: ContainerFilter): boolean {
  if (filter.state !== undefined && state !== filter.state) return false;
  if (filter.label !== undefined && !image.labels?.includes(filter.label)) return false;
  return filter.image === undefined || canonicalImageName(image.name) === canonicalImageName(filter.image);
}
