import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { server as createHapi, type Lifecycle, type Plugin, type Server } from '@hapi/hapi';
import type { Logger } from '../logging/logger.ts';
import { isSatsumaError } from '../model/errors.ts';
import { listenError } from '../runtime/listen-error.ts';
import { isLoopback } from '../runtime/loopback.ts';
import type { Cluster } from '../state/cluster.ts';
import { type Gate, guardRoutes } from './access-guard.ts';
import { auditRequests } from './audit-requests.ts';
import { refuseLargeBodies } from './body-bounds.ts';
import { type ConnectionLimits, limitConnections, usualLimits } from './connection-limits.ts';
import { readJson, refuseUntellable } from './json-body.ts';
import { guardSocket } from './listen-on-socket.ts';
import { refuseBadTargets } from './request-target.ts';
import { refuseOtherSites } from './same-origin.ts';
import type { TlsOptions } from './server-tls.ts';
import { shownPath } from './shown-path.ts';

export interface ListenerOptions {
  /** Absent: all interfaces. */
  readonly host?: string | undefined;
  readonly port: number;
  /** The path of a Unix socket, instead of an address. */
  readonly socket?: string;
  /** Allowed names in the Host header, besides the name of the listener. */
  readonly allowedHosts: readonly string[];
  readonly cluster: Pick<Cluster, 'cache' | 'clock' | 'logger' | 'audit' | 'store'>;
  readonly gate: Gate;
  readonly tls?: TlsOptions | undefined;
  /** Of all headers of a request, with its path. Absent: Node's 16 KiB. */
  readonly maxHeaderBytes?: number;
  /** Absent: by the number of files that the process may open. */
  readonly limits?: ConnectionLimits;
  /** Converts any thrown error into an answer. */
  readonly answerErrors: Lifecycle.Method;
}

/**
 * For idle connections: longer than the timeout of proxies and clients, most of which use a minute. If the server
 * closed first, the client's next request could fail; Node's default of 5 seconds causes that.
 */
const keepAliveMs = 65_000;

/** The first probe of a silent connection; docker's own clients and daemons have the same. */
const probeAfterMs = 15_000;

/** Liveness and diagnosis do not depend on the store. */
const storeless = ['/healthz', '/metrics', '/apiv1/doctor'];

/** Creates the listener of a door, without routes, and not started. */
export async function createListener(options: ListenerOptions): Promise<Server> {
  const { host, port, socket, cluster, gate, tls, maxHeaderBytes, answerErrors, limits = usualLimits() } = options;
  const allowedHosts = host === undefined ? options.allowedHosts : [host, ...options.allowedHosts];
  // A request from another machine can only have passed a proxy, which authenticates nobody.
  const isLocalOnly = gate !== 'token' && host !== undefined && isLoopback(host);
  const bounds = maxHeaderBytes === undefined ? {} : { maxHeaderSize: maxHeaderBytes };
  // Failures are logged once, by the code that answers them.
  const server = createHapi({
    port: socket ?? port,
    ...(host !== undefined && { host }),
    ...(tls ? { tls: { ...tls, ...bounds } } : { listener: createServer(bounds) }),
    // Whoever needs a cookie reads it; those that other pages of this machine have set are none of ours, whatever is in them.
    routes: {
      state: { parse: false, failAction: 'ignore' },
      // A route that reads no body leaves it as it is: hapi would parse whatever JSON comes.
      payload: { parse: false },
    },
    debug: false,
  });
  limitConnections(server.listener, limits);
  // A machine that is gone says nothing, and whoever waits for a line is sent nothing for hours.
  server.listener.on('connection', (connection: Socket) => connection.setKeepAlive(true, probeAfterMs));
  if (socket !== undefined) guardSocket(server, socket);
  server.listener.keepAliveTimeout = keepAliveMs;
  // Archives take longer than Node's five minutes. Request headers, and the bodies of all other routes, have their own
  // timeouts.
  server.listener.requestTimeout = 0;
  server.ext('onPreResponse', answerErrors);
  // Runs first to assign the request id, and last to set the response header.
  await server.register({ plugin: requestLogPlugin, options: { logger: cluster.logger } });
  server.ext('onRequest', refuseBadTargets);
  // A web page cannot reach a socket, and its clients have no host name.
  if (socket === undefined) server.ext('onRequest', refuseOtherSites({ allowedHosts, isLocalOnly }));
  guardRoutes(server, { cluster, gate, storeless, maxOfClient: limits.maxOfClient });
  if (cluster.audit) auditRequests(server, cluster.audit);
  // After a pause of the process, outdated state is not served.
  server.ext('onPreHandler', async ({ path }, h) => {
    if (!storeless.includes(path)) await cluster.cache.awake();
    return h.continue;
  });
  // Run after the body was received, and before any schema validates it.
  server.ext('onPostAuth', readJson);
  server.ext('onPostAuth', refuseLargeBodies);
  server.ext('onPostAuth', refuseUntellable);
  return server;
}

/** Throws `invalid` if the address is in use, or listening is not permitted. */
export async function startListening(server: Server): Promise<void> {
  await server.start().catch((cause: NodeJS.ErrnoException) => {
    if (isSatsumaError(cause)) throw cause;
    const { host = '', port } = server.settings;
    throw listenError(host, port ?? '', cause);
  });
}

/** Logs one line per request, with the id that the answer carries as `X-Request-Id`. */
const requestLogPlugin: Plugin<{ readonly logger: Logger }> = {
  name: 'request-log',
  register: (server, { logger }) => {
    server.ext('onRequest', (request, h) => {
      // Hapi's own id reveals the host name and the process id.
      request.info.id = randomBytes(8).toString('hex');
      return h.continue;
    });
    server.ext('onPreResponse', ({ response, info }, h) => {
      if ('isBoom' in response) response.output.headers['x-request-id'] = info.id;
      else response.header('x-request-id', info.id);
      // Tells the client how to authenticate.
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
