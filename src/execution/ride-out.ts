import type { EngineClient } from '../engines/engine-client.ts';
import { reservationLabel } from '../labels/container-labels.ts';
import type { ContainerSummary } from '../model/container.ts';
import { isSatsumaError, SatsumaError } from '../model/errors.ts';
import { pause } from '../runtime/pause.ts';
import type { Cluster } from '../state/cluster.ts';

const againMs = 250;

type Engines = Pick<Cluster, 'cache' | 'pool' | 'settings' | 'logger'>;

export interface RideOptions {
  readonly signal?: AbortSignal | undefined;
  /** Doing it once more does no harm, whatever became of it: of an engine that restarts a late answer is asked for again, too. */
  readonly isRepeatable?: boolean;
  /** That the engine restarts is known: a connection to it broke. */
  readonly isRestarting?: boolean;
}

/**
 * What `work` gives. Where the engine cannot be reached, and was well a moment ago, its daemon may be restarting, as for another
 * certificate: it is asked again until `deadlines.restart` is over, by then on a new connection. `work` may be done more than once,
 * and is told whether it is. An engine that has been away for longer fails at once.
 */
export async function rideOut<T>(
  { cache, pool, settings }: Omit<Engines, 'logger'>,
  engineId: string,
  work: (client: EngineClient, isAgain: boolean) => Promise<T>,
  { signal = new AbortController().signal, isRepeatable = false, isRestarting = false }: RideOptions = {},
): Promise<T> {
  const { restartMs = 0 } = settings.deadlines;
  const began = performance.now();
  let wasLost = isRestarting;
  for (let isAgain = false; ; isAgain = true) {
    const { value: engine } = cache.engine(engineId);
    try {
      return await work(pool.client(engine), isAgain);
    } catch (error) {
      const awayMs = engine.condition === 'down' ? cache.ages.downForMs(engine) : 0;
      // A daemon that starts accepts connections some seconds before it answers: silence is no sign of another trouble.
      const isOver = Math.max(awayMs, performance.now() - began) >= restartMs;
      wasLost ||= engine.condition === 'down' || isSatsumaError(error, 'engine_unreachable');
      const isLate = isRepeatable && wasLost && isSatsumaError(error, 'engine_timeout');
      if (isOver || signal.aborted || !(isLate || isSatsumaError(error, 'engine_unreachable'))) throw error;
      await pause(againMs, signal);
    }
  }
}

/** Of a create or a start: the connection broke, and nobody knows what the engine did of it. */
interface Lost {
  readonly engineId: string;
  readonly reservationId: string;
  /** On the monotonic clock of this process. */
  readonly began: number;
  readonly error: unknown;
}

/**
 * Finds out what became of a create. What was made is removed again, for it may be half made; so the error says then that it is not
 * there, and another engine may be tried. Throws the error as it was where nobody can tell, or the engine was only slow.
 */
export async function afterLostCreate(cluster: Engines, lost: Lost): Promise<never> {
  const { settings } = cluster;
  if (!isBroken(lost, settings.deadlines.createMs)) throw lost.error;
  await inspectAfter(cluster, lost, async (client, container) => {
    if (container) await client.removeContainer(container.id, { unlessRunning: true });
  });
  const { message } = lost.error;
  throw new SatsumaError('engine_unreachable', `${message}, and has no such container now`, { cause: lost.error });
}

/**
 * Finds out what became of a start, and starts what was not. Throws the error as it was where nobody can tell, and what the engine
 * says where it cannot: a daemon that was killed in the midst of a start may refuse the container ever after, and another engine does it.
 */
export async function afterLostStart(cluster: Engines, lost: Lost): Promise<void> {
  const { settings } = cluster;
  // What was never asked for is asked for once the engine is back: the container is there, and nowhere else.
  const isUnasked = isSatsumaError(lost.error, 'engine_unreachable');
  if (!isUnasked && !isBroken(lost, settings.deadlines.startMs)) throw lost.error;
  let refused: SatsumaError | undefined;
  const noting = (error: unknown) => {
    if (!isSatsumaError(error) || isSatsumaError(error, 'engine_unreachable', 'engine_timeout')) throw error;
    refused = error;
  };
  await inspectAfter(cluster, lost, async (client, container) => {
    if (!container) throw lost.error;
    // What ran and ended meanwhile is not started a second time.
    if (container.state === 'created') await client.startContainer(container.id).catch(noting);
  });
  // Its cause tells what it is to whoever may try the engine again.
  if (refused) throw new SatsumaError(refused.code, refused.message, { cause: lost.error, details: refused.details });
}

/** An engine that took its time may still do it. */
function isBroken(lost: Lost, limitMs = Number.POSITIVE_INFINITY): lost is Lost & { readonly error: SatsumaError } {
  return isSatsumaError(lost.error, 'engine_timeout') && performance.now() < lost.began + limitMs;
}

async function inspectAfter(
  { logger, ...cluster }: Engines,
  { engineId, reservationId, error }: Lost,
  act: (client: EngineClient, container: ContainerSummary | undefined) => Promise<void>,
): Promise<void> {
  const { restartMs = 0 } = cluster.settings.deadlines;
  if (restartMs === 0) throw error;
  try {
    // Whoever looks again sees what was done meanwhile, and does no more than is left.
    const look = async (client: EngineClient) => {
      const [container] = await client.listContainers({ label: `${reservationLabel}=${reservationId}` });
      await act(client, container);
    };
    await rideOut(cluster, engineId, look, { isRepeatable: true, isRestarting: true });
  } catch (cause) {
    logger.warn({ err: cause, engineId, reservationId }, 'what became of a start is not known');
    throw error;
  }
}
