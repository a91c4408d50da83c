import type { CreatedExec, ExecOptions, ProcessStream } from '../../model/process-stream.ts';
import type { Cluster } from '../../state/cluster.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { nameInError } from './name-in-error.ts';
import { openProcess, type Recorded } from './open-process.ts';

/**
 * Creates an exec in a container, and returns its id on the engine. Throws what `findContainer` throws, `wrong_state`,
 * `invalid`.
 */
export async function createExec(cluster: Cluster, reference: string, options: ExecOptions): Promise<string> {
  const { engine, container } = await findContainer(cluster, reference);
  return await cluster.pool.client(engine).createExec(container.id, options).catch(nameInError(container));
}

interface Started extends CreatedExec, Recorded {
  readonly command: readonly string[];
}

/** Starts it with its standard streams. Throws as `openProcess`. */
export function startCreatedExec(
  cluster: Cluster,
  reference: string,
  { owner, command, ...created }: Started,
  signal: AbortSignal,
): Promise<ProcessStream> {
  return openProcess(cluster, reference, signal, {
    ...{ verb: 'exec', owner, command, isTerminal: created.tty },
    open: (client, id, until) => client.startCreated(id, created, until),
  });
}
