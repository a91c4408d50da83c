import { EngineSilence } from '../model/engine-silence.ts';
import { SatsumaError } from '../model/errors.ts';
import type { Cluster } from '../state/cluster.ts';
import { knownFailure } from '../state/containers/ask-engines.ts';

const checkMs = 1_000;

/** Watches the engine of a long-running operation. */
export interface EngineLoss {
  /** Aborts with a SatsumaError once the engine is known to be down. A frozen engine does not break its connections. */
  readonly signal: AbortSignal;
  end(): void;
}

/** Watches until `end` is called or the signal aborts; an operation that never starts would not end by itself. */
export function watchEngine(cluster: Cluster, engineId: string, signal: AbortSignal): EngineLoss {
  const { cache } = cluster;
  const lost = new AbortController();
  const check = () => {
    const engine = cache.hasEngine(engineId) ? cache.engine(engineId).value : undefined;
    const failure = engine && knownFailure(cluster, engine);
    if (!failure) return;
    const Loss = engine.isSilent ? EngineSilence : SatsumaError;
    lost.abort(new Loss('engine_unreachable', `engine ${engineId} is down: ${failure.message}`));
  };
  const timer = setInterval(check, checkMs).unref();
  const end = () => {
    clearInterval(timer);
    signal.removeEventListener('abort', end);
  };
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  return { signal: lost.signal, end };
}

/** The result of `work`, or the reason if the engine was lost meanwhile. */
export async function unlessLost<T>(
  cluster: Cluster,
  engineId: string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const loss = watchEngine(cluster, engineId, signal);
  try {
    return await work(AbortSignal.any([signal, loss.signal]));
  } catch (error) {
    if (loss.signal.aborted) throw loss.signal.reason;
    throw error;
  } finally {
    loss.end();
  }
}

/**
 * Streams bytes of an engine until the signal aborts. Throws `engine_unreachable` once the engine is known to be down:
 * a frozen engine does not break its connections, and a log reader would wait forever.
 */
export async function readUnlessLost<T extends { readonly bytes: AsyncIterable<Buffer> }>(
  cluster: Cluster,
  engineId: string,
  signal: AbortSignal,
  open: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const loss = watchEngine(cluster, engineId, signal);
  const fail = (error: unknown): never => {
    loss.end();
    throw loss.signal.aborted ? loss.signal.reason : error;
  };
  const opened = await open(AbortSignal.any([signal, loss.signal])).catch(fail);
  return { ...opened, bytes: watched(opened.bytes, loss, fail) };
}

async function* watched(
  bytes: AsyncIterable<Buffer>,
  loss: EngineLoss,
  fail: (error: unknown) => never,
): AsyncGenerator<Buffer> {
  try {
    yield* bytes;
    // An aborted stream may end without an error.
    loss.signal.throwIfAborted();
  } catch (error) {
    fail(error);
  } finally {
    loss.end();
  }
}
