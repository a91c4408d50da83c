import type { EngineClient } from '../../engines/engine-client.ts';
import { type EngineLoss, watchEngine } from '../../execution/engine-loss.ts';
import { SessionRecorder } from '../../execution/recordings/session-recorder.ts';
import { retryDuringRestart } from '../../execution/retry-during-restart.ts';
import { isSatsumaError } from '../../model/errors.ts';
import type { Output, ProcessStream } from '../../model/process-stream.ts';
import type { SessionOwner, SessionTarget } from '../../model/recording.ts';
import type { Cluster } from '../../state/cluster.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { nameInError } from './name-in-error.ts';

const startedNothing = ['no_such_container', 'wrong_state', 'invalid', 'engine_unreachable'] as const;

export interface Recorded {
  /** The owner of a recorded session; undefined: it is not recorded. */
  readonly owner?: SessionOwner | undefined;
}

type Attempt = { readonly fail: (error: unknown) => never } & (
  | { readonly process: ProcessStream; readonly loss: EngineLoss }
  | { readonly error: unknown }
);

interface OpenOptions extends Recorded, Pick<SessionTarget, 'verb' | 'command' | 'isTerminal'> {
  open(client: EngineClient, containerId: string, signal: AbortSignal): Promise<ProcessStream>;
}

/**
 * Opens a process in a container, until its stream is destroyed or the signal aborts. Throws what `findContainer`
 * throws, or the engine's error, and `registry_key` if it cannot be recorded; its stream throws `engine_unreachable`
 * once the engine is known to be down, and `not_recorded`.
 */
export async function openProcess(
  cluster: Cluster,
  reference: string,
  signal: AbortSignal,
  { owner, open, ...opened }: OpenOptions,
): Promise<ProcessStream> {
  const { engine, container } = await findContainer(cluster, reference);
  const target = { ...opened, container: container.name, containerId: container.id, engine: engine.id };
  const recorder = owner && (await SessionRecorder.begin(cluster, owner, target));
  const explain = nameInError(container);
  const attempt = async (client: EngineClient): Promise<Attempt> => {
    const loss = watchEngine(cluster, engine.id, signal);
    const ends = [loss.signal, ...(recorder ? [recorder.signal] : [])];
    const fail = (error: unknown): never => {
      for (const { aborted, reason } of ends) if (aborted) throw reason;
      return explain(error);
    };
    try {
      return { process: await open(client, container.id, AbortSignal.any([signal, ...ends])), loss, fail };
    } catch (error) {
      loss.end();
      // An aborted call may have succeeded, so it is not retried.
      if (ends.some(({ aborted }) => aborted)) return { error, fail };
      throw error;
    }
  };
  const attempted = await retryDuringRestart(cluster, engine.id, attempt, { signal }).catch((error: unknown) => ({
    error,
    fail: explain,
  }));
  const { fail } = attempted;
  if ('error' in attempted) {
    const { error } = attempted;
    // An aborted call may still have started the program, so the recording is kept.
    if (isSatsumaError(error, ...startedNothing)) await recorder?.discard();
    else await recorder?.close({ isFailed: true });
    return fail(error);
  }
  const { process, loss } = attempted;
  const watched: ProcessStream = {
    ...process,
    output: explained(process.output, fail),
    end: () => process.end().catch(fail),
    destroy: () => {
      loss.end();
      process.destroy();
    },
  };
  return recorder ? recorded(watched, recorder) : watched;
}

async function* explained(output: AsyncIterable<Output>, fail: (error: unknown) => never): AsyncGenerator<Output> {
  try {
    yield* output;
  } catch (error) {
    fail(error);
  }
}

/** Output is delivered only after it was recorded. */
function recorded(process: ProcessStream, recorder: SessionRecorder): ProcessStream {
  async function* output(): AsyncGenerator<Output> {
    for await (const part of process.output) {
      await recorder.add(part);
      yield part;
    }
  }
  return {
    ...process,
    output: output(),
    resize: (size) => {
      recorder.resize(size);
      return process.resize(size);
    },
    end: async () => {
      const end = await process.end();
      await recorder.close();
      return end;
    },
    destroy: () => {
      process.destroy();
      void recorder.close();
    },
  };
}
