import type { RelayAnswer, RelayRequest } from '../../engines/relay-operations.ts';
import { readUnlessLost } from '../../execution/engine-loss.ts';
import type { EngineRecord } from '../../model/engine.ts';
import type { Cluster } from '../../state/cluster.ts';
import { acceptedAnswer } from './read-answer.ts';

/**
 * Docker's own answer of one engine, no faster than it is read, until the signal aborts. Throws what the engine refuses with or fails with, and
 * `engine_unreachable` once it is known to be down; so do the bytes.
 */
export function relayToEngine(
  cluster: Cluster,
  engine: EngineRecord,
  request: RelayRequest,
  signal: AbortSignal,
): Promise<RelayAnswer> {
  return readUnlessLost(cluster, engine.id, signal, async (until) =>
    acceptedAnswer(await cluster.pool.client(engine).relay(request, until)),
  );
}
