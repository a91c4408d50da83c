import type { EngineClient } from '../engines/engine-client.ts';
import { reservationLabel } from '../labels/container-labels.ts';
import type { ContainerSummary } from '../model/container.ts';
import { EngineSilence } from '../model/engine-silence.ts';
import { isSatsumaError, SatsumaError } from '../model/errors.ts';
import { pause } from '../runtime/pause.ts';
import type { Cluster } from '../state/cluster.ts';
import { unlessFrozen } from './unless-frozen.ts';

const againMs = 250;

type Engines = Pick<Cluster, 'cache' | 'pool' | 'settings' | 'logger'>;

interface RestartRetryOptions {
  readonly signal?: AbortSignal | undefined;
  /** Repeating `work` is harmless, whatever its outcome: timeouts of a restarting engine are then retried, too. */
  readonly isRepeatable?: boolean;
  /** The engine is known to be restarting, because a connection to it broke. */
  readonly isRestarting?: boolean;
  /** `work` ends once the engine gives no answer to a ping either, see `unlessFrozen`. */
  readonly isPinged?: boolean;
}

/**
 * The result of `work`, retried while an engine that just became unreachable may be restarting, for example with a new
 * certificate: until `deadlines.restart`, over new connections. `work` may run several times, and is told if it is a
 * repetition. An engine that has been down for longer fails at once.
 */
export async function retryDuringRestart<T>(
  { cache, pool, settings }: Omit<Engines, 'logger'>,
  engineId: string,
  work: (client: EngineClient, isAgain: boolean) => Promise<T>,
  {
    signal = new AbortController().signal,
    isRepeatable = false,
    isRestarting = false,
    isPinged = false,
  }: RestartRetryOptions = {},
): Promise<T> {
  const { restartMs = 0 } = settings.deadlines;
  const began = performance.now();
  let wasLost = isRestarting;
  for (let isAgain = false; ; isAgain = true) {
    const { value: engine } = cache.engine(engineId);
    wasLost ||= engine.condition === 'down' && !engine.isSilent;
    try {
      const working = work(pool.client(engine), isAgain);
      // A starting daemon accepts connections some seconds before it responds, so silence is expected.
      return await (isPinged && !wasLost ? unlessFrozen({ cache, pool }, engineId, working) : working);
    } catch (error) {
      const awayMs = engine.condition === 'down' ? cache.ages.downForMs(engine) : 0;
      const isOver = Math.max(awayMs, performance.now() - began) >= restartMs;
      const isUnreachable = isSatsumaError(error, 'engine_unreachable');
      // An engine that is frozen or cut off may stay so for as long as it likes.
      const isBroken = isUnreachable && !(error instanceof EngineSilence);
      wasLost ||= isBroken;
      const isLate = isRepeatable && isSatsumaError(error, 'engine_timeout');
      if (isOver || signal.aborted || !wasLost || !(isLate || isUnreachable)) throw error;
      await pause(againMs, signal);
    }
  }
}

/** A create or start whose connection broke, with an unknown outcome. */
interface Lost {
  readonly engineId: string;
  readonly reservationId: string;
  /** By this process's monotonic clock. */
  readonly began: number;
  readonly error: unknown;
}

/**
 * Determines the outcome of a create. A created container is removed, because it may be incomplete; the error then says
 * that it does not exist, and another engine may be tried. Rethrows the error if the outcome is unknown, or the engine
 * was only slow.
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
 * Determines the outcome of a start, and repeats it if necessary. Rethrows the error if the outcome is unknown, and
 * throws the engine's error if it refuses: a daemon that was killed during a start may refuse the container from then
 * on, and another engine is needed.
 */
export async function afterLostStart(cluster: Engines, lost: Lost): Promise<void> {
  const { settings } = cluster;
  // A start that was never sent is sent once the engine is back, because the container exists only there.
  const isUnasked = isSatsumaError(lost.error, 'engine_unreachable');
  if (!isUnasked && !isBroken(lost, settings.deadlines.startMs)) throw lost.error;
  let refused: SatsumaError | undefined;
  const noting = (error: unknown) => {
    if (!isSatsumaError(error) || isSatsumaError(error, 'engine_unreachable', 'engine_timeout')) throw error;
    refused = error;
  };
  await inspectAfter(cluster, lost, async (client, container) => {
    if (!container) throw lost.error;
    // A container that ran and exited meanwhile is not restarted.
    if (container.state === 'created') await client.startContainer(container.id).catch(noting);
  });
  // The cause lets callers recognize it when they consider retrying.
  if (refused) throw new SatsumaError(refused.code, refused.message, { cause: lost.error, details: refused.details });
}

/** A slow engine may still complete it. */
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
    // A repetition sees what was done meanwhile, and only does the rest.
    const look = async (client: EngineClient) => {
      const [container] = await client.listContainers({ label: `${reservationLabel}=${reservationId}` });
      await act(client, container);
    };
    await retryDuringRestart(cluster, engineId, look, { isRepeatable: true, isRestarting: true });
  } catch (cause) {
    logger.warn({ err: cause, engineId, reservationId }, 'the outcome of a start is unknown');
    throw error;
  }
}
