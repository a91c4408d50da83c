import type { EngineDeadlines } from '../../model/engine-deadlines.ts';
import { datesOf } from '../../runtime/certificate-dates.ts';
import { canonicalAddress } from '../engine-address.ts';
import type { EnginePool } from '../engine-client.ts';
import { DockerClient } from './client.ts';
import { DockerConnection } from './connection.ts';
import { createEndpoint } from './endpoint.ts';
import { readTlsMaterial, type TlsMaterial } from './tls.ts';

export interface DockerPoolOptions {
  /** Without it, `unix://` engines only. */
  readonly tls?: TlsMaterial | undefined;
  /** Neither the engines' certificates nor their names are checked. */
  readonly skipVerify: boolean;
  readonly deadlines: EngineDeadlines;
}

/**
 * Docker engines over mutual TLS, or over a socket. Throws `invalid` for certificates that are none. An engine whose
 * address is unusable throws `invalid` at each call, not when its client is asked for.
 */
export function openDockerPool({ tls, skipVerify, deadlines }: DockerPoolOptions): EnginePool {
  const context = tls && readTlsMaterial(tls);
  const endpointOptions = { tls: context, skipVerify, connectMs: deadlines.connectMs };
  // By engine, then by address: a trial of an engine's new address must not disturb what runs over the old one.
  const engines = new Map<string, Map<string, DockerClient>>();
  const forget = (engineId: string) => {
    for (const client of engines.get(engineId)?.values() ?? []) client.close();
    engines.delete(engineId);
  };
  return {
    client({ id, addr }) {
      const clients = engines.get(id) ?? new Map<string, DockerClient>();
      engines.set(id, clients);
      const connect = () => new DockerConnection(createEndpoint(addr, endpointOptions));
      const client = clients.get(addr) ?? new DockerClient({ id, addr }, { connect, deadlines });
      clients.set(addr, client);
      return client;
    },
    canonicalAddress,
    certificates: () => (tls ? [datesOf('ca-cert', tls.ca), datesOf('ssl-cert', tls.cert)] : []),
    forget,
    close() {
      for (const engineId of [...engines.keys()]) forget(engineId);
    },
  };
}
