import type { Duplex } from 'node:stream';
import type { TunnelRequest } from '../../engines/relay-operations.ts';
import { watchEngine } from '../../execution/engine-loss.ts';
import type { EngineRecord } from '../../model/engine.ts';
import type { Cluster } from '../../state/cluster.ts';
import { refreshBuilt } from './built-images.ts';

/** A connection to an engine that ends when the engine is known to be down, or the signal aborts. Throws what the engine failed with. */
export async function openTunnel(
  cluster: Cluster,
  engine: EngineRecord,
  request: TunnelRequest,
  signal: AbortSignal,
): Promise<Duplex> {
  const loss = watchEngine(cluster, engine.id, signal);
  try {
    const until = AbortSignal.any([signal, loss.signal]);
    const tunnel = await cluster.pool.client(engine).tunnel(request, until);
    tunnel.once('close', () => {
      loss.end();
      // Over `/grpc` no request says that something is built.
      if (!loss.signal.aborted) void refreshBuilt(cluster, engine.id);
    });
    return tunnel;
  } catch (error) {
    loss.end();
    throw loss.signal.aborted ? loss.signal.reason : error;
  }
}
