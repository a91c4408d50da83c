import type { Server } from '@hapi/hapi';
import type { DockerSettings } from '../../model/doors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { createListener } from '../listener.ts';
import type { TlsOptions } from '../server-tls.ts';
import { dockerErrors } from './errors.ts';
import { dockerPlugin } from './plugin.ts';

/** A build has its arguments in its query, and the credentials of all registries of its client in a header. Docker reads 1 MiB. */
const maxHeaderBytes = 128 * 1024;

/** How the server itself is listened to. */
export interface DockerAccess {
  readonly tls?: TlsOptions | undefined;
  /** Whoever comes over the network shows a token, or the certificate of a client. */
  readonly isTokenRequired?: boolean;
}

/**
 * One on an address and one on a socket, as far as they are configured. The socket is for whoever may open its file; over the network
 * it is as with the server itself.
 */
export async function dockerListeners(
  cluster: Cluster,
  settings: DockerSettings,
  { tls, isTokenRequired = false, allowedHosts }: DockerAccess & { readonly allowedHosts: readonly string[] },
): Promise<(readonly ['docker' | 'docker-socket', Server])[]> {
  const { listen, socket, role } = settings;
  const byRole = role === undefined ? 'open' : { name: 'door docker', role };
  const common = { allowedHosts, cluster, maxHeaderBytes, answerErrors: dockerErrors(cluster.logger) };
  const made: (readonly ['docker' | 'docker-socket', Server])[] = [];
  if (listen) {
    const gate = isTokenRequired ? 'token' : byRole;
    made.push(['docker', await createListener({ ...common, ...listen, gate, tls })]);
  }
  if (socket !== undefined) {
    made.push(['docker-socket', await createListener({ ...common, port: 0, socket, gate: byRole })]);
  }
  for (const [, server] of made) await server.register({ plugin: dockerPlugin, options: { cluster, settings } });
  return made;
}
