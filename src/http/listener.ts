import { randomBytes } from 'node:crypto';
import { server as createHapi, type Lifecycle, type Plugin, type Server } from '@hapi/hapi';
import type { Logger } from '../logging/logger.ts';
import { isSatsumaError } from '../model/errors.ts';
import { listenError } from '../runtime/listen-error.ts';
import { isLoopback } from '../runtime/loopback.ts';
import type { Cluster } from '../state/cluster.ts';
import { type Gate, guardRoutes } from './access-guard.ts';
import { auditRequests } from './audit-requests.ts';
import { refuseLargeBodies } from './body-bounds.ts';
import { limitConnections } from './connection-limits.ts';
import { refuseUntellable } from './json-body.ts';
import { guardSocket } from './listen-on-socket.ts';
import { refuseBadTargets } from './request-target.ts';
import { refuseOtherSites } from './same-origin.ts';
import type { TlsOptions } from './server-tls.ts';
import { shownPath } from './shown-path.ts';

export interface ListenerOptions {
  /** Left out: all interfaces. */
  readonly host?: string | undefined;
  readonly port: number;
  /** The path of a Unix socket, in place of an address. */
  readonly socket?: string;
  /** Names that the Host header may have, besides the name that is listened on. */
  readonly allowedHosts: readonly string[];
  readonly cluster: Pick<Cluster, 'cache' | 'clock' | 'logger' | 'audit' | 'store'>;
  readonly gate: Gate;
  readonly tls?: TlsOptions | undefined;
  /** Makes an answer of whatever was thrown. */
  readonly answerErrors: Lifecycle.Method;
}

/**
 * Of an idle connection: longer than proxies and clients keep theirs, most of them for a minute. Whoever gives one up first
 * makes the other's next request fail; node's 5 seconds make it the client's.
 */
const keepAliveMs = 65_000;

/** Whether the server is alive, and what is wrong with it, does not depend on the store. */
const storeless = ['/healthz', '/metrics', '/apiv1/doctor'];

/** What every door listens with, before it has a route; not yet started. */
export async function createListener(options: ListenerOptions): Promise<Server> {
  const { host, port, socket, cluster, gate, tls, answerErrors } = options;
  const allowedHosts = host === undefined ? options.allowedHosts : [host, ...options.allowedHosts];
  // Who comes from another machine all the same came through a proxy, which nobody asked who they are.
  const isLocalOnly = gate !== 'token' && host !== undefined && isLoopback(host);
  // Failures are logged once, by whatever answers them.
  const server = createHapi({
    port: socket ?? port,
    ...(host !== undefined && { host }),
    ...(tls && { tls: { ...tls } }),
    // Whoever needs a cookie reads it; those that other pages of this machine have set are none of ours, whatever is in them.
    routes: { state: { parse: false, failAction: 'ignore' } },
    debug: false,
  });
  limitConnections(server.listener);
  if (socket !== undefined) guardSocket(server, socket);
  server.listener.keepAliveTimeout = keepAliveMs;
  // Archives take longer than node's five minutes. Heads of requests, and bodies of all other routes, have times of their own.
  server.listener.requestTimeout = 0;
  server.ext('onPreResponse', answerErrors);
  // Gives the request its id first, and the answer its header last.
  await server.register({ plugin: requestLogPlugin, options: { logger: cluster.logger } });
  server.ext('onRequest', refuseBadTargets);
  // No web page reaches a socket, and clients of one have no host to name.
  if (socket === undefined) server.ext('onRequest', refuseOtherSites({ allowedHosts, isLocalOnly }));
  guardRoutes(server, { cluster, gate, storeless });
  if (cluster.audit) auditRequests(server, cluster.audit);
  // What this server knew before it stood still is told to nobody.
  server.ext('onPreHandler', async ({ path }, h) => {
    if (!storeless.includes(path)) await cluster.cache.awake();
    return h.continue;
  });
  // Comes after the body was parsed, and before any schema looks at it.
  server.ext('onPostAuth', refuseLargeBodies);
  server.ext('onPostAuth', refuseUntellable);
  return server;
}

/** Throws `invalid` where somebody else listens already, or nobody may. */
export async function startListening(server: Server): Promise<void> {
  await server.start().catch((cause: NodeJS.ErrnoException) => {
    if (isSatsumaError(cause)) throw cause;
    const { host = '', port } = server.settings;
    throw listenError(host, port ?? '', cause);
  });
}

/** One line for each request, with the id that its answer carries as `X-Request-Id`. */
const requestLogPlugin: Plugin<{ readonly logger: Logger }> = {
  name: 'request-log',
  register: (server, { logger }) => {
    server.ext('onRequest', (request, h) => {
      // Hapi's own id tells the host's name and the process id to everybody.
      request.info.id = randomBytes(8).toString('hex');
      return h.continue;
    });
    server.ext('onPreResponse', ({ response, info }, h) => {
      if ('isBoom' in response) response.output.headers['x-request-id'] = info.id;
      else response.header('x-request-id', info.id);
      // In which way one says who asks.
      if ('statusCode' in response && response.statusCode === 401)
        response.header('www-authenticate', 'Bearer realm="satsuma"');
      return h.continue;
    });
    server.events.on('response', (request) => {
      const { app, info, method, response } = request;
      const status = response && 'statusCode' in response ? response.statusCode : undefined;
      const durationMs = (info.completed || Date.now()) - info.received;
      const asked = {
        requestId: info.id,
        method: method.toUpperCase(),
        path: shownPath(request),
        who: app.principal?.name,
      };
      logger.info({ ...asked, status, durationMs }, 'request');
    });
  },
};
