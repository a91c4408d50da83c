import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import type { PluginSpecificConfiguration, Request, Server } from '@hapi/hapi';
import { createWebSocketStream, type WebSocket, WebSocketServer } from 'ws';
import { SatsumaError } from '../model/errors.ts';
import { endWith, refuseWith } from './refuse-connection.ts';
import { leftByClient, notAllowedAnyMore, type SessionOutcome } from './session-outcome.ts';

/** Per message. */
const maxBytes = 1024 * 1024;

/** How long a stopping server waits for WebSockets. */
const goodbyeMs = 1_000;

declare module '@hapi/hapi' {
  interface PluginSpecificConfiguration {
    /** Its handler calls `upgradeTo`. */
    readonly webSocket?: true;
  }
}

/** The state of an upgrade request while it is processed as a normal request. */
export interface Upgrade<Connection = WebSocket> {
  /** The connection of the request. */
  readonly socket: Socket;
  /** Set by the handler. */
  serve?: Serve<Connection>;
  /** Set by the access guard: calls back when the WebSocket must end, until the returned function is called. */
  watch?: (end: () => void) => () => void;
  /** Set by the audit log: called when the WebSocket has ended. */
  ended?: (outcome: SessionOutcome) => void;
}

/** Calls back once, when the session has ended. */
type Serve<Connection = WebSocket> = (socket: Connection, ended: (outcome: SessionOutcome) => void) => void;

/** A request for the connection, which Node has detached. */
export interface UpgradeRequest {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** What came over the connection behind the request. */
  readonly head: Buffer;
}

/** Answers upgrade requests of one kind. */
interface UpgradeHandler {
  isAsked(request: IncomingMessage): boolean;
  answer(asked: UpgradeRequest): void;
}

interface WebSocketRules {
  /** The path of the route that serves a URL path. */
  readonly routePath: (path: string) => string;
  readonly refuse: typeof refuseWith;
}

/** Lets routes answer with a WebSocket. */
export function acceptWebSockets(server: Server): void {
  acceptUpgrades(server, [webSockets(server, { routePath: (path) => path, refuse: refuseWith })]);
}

/** Upgrade requests for which there is no handler are answered as if no protocol was offered. */
export function acceptUpgrades(server: Server, handlers: readonly UpgradeHandler[]): void {
  const handlerOf = (request: IncomingMessage) => handlers.find((handler) => handler.isAsked(request));
  // Node before 24.9 does not ask, and detaches the connection of each.
  Object.assign(server.listener, { shouldUpgradeCallback: (request: IncomingMessage) => Boolean(handlerOf(request)) });
  server.listener.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => undefined);
    const handler = handlerOf(request);
    if (handler) handler.answer({ request, socket, head });
    else serveWithout(server, { request, socket, head });
  });
}

/**
 * An upgrade request first runs through the normal request lifecycle, so that it passes the same guards, and refusals
 * are normal answers.
 */
export function webSockets(server: Server, { routePath, refuse }: WebSocketRules): UpgradeHandler {
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: maxBytes,
  });
  // Replaces ws's own answer, which is not JSON.
  sockets.on('wsClientError', (error: Error, socket: Duplex) => {
    const sentence = `this request cannot be upgraded to a WebSocket: ${error.message}`;
    refuse(socket, 400, sentence, { 'sec-websocket-version': '13, 8' });
  });
  const open = new Set<Promise<void>>();
  sockets.on('connection', (socket: WebSocket) => {
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    open.add(closed);
    void closed.then(() => open.delete(closed));
  });
  // Handlers know already that the server is stopping, and close their sockets.
  server.ext('onPreStop', async () => {
    await Promise.race([Promise.all(open), setTimeout(goodbyeMs, undefined, { ref: false })]);
  });
  return {
    isAsked: ({ method, headers, url }) =>
      method === 'GET' &&
      headers.upgrade?.toLowerCase() === 'websocket' &&
      pluginsOf(server, { method: 'get', url, routePath })?.webSocket === true,
    answer: (asked) => {
      const { request, socket } = asked;
      const isTellable = hostsIn(request) === 1 && request.httpVersion !== '1.0' && !hasBody(request);
      if (isTellable) answer(server, sockets, asked).catch(() => socket.destroy());
      else refuse(socket, 400, 'this request cannot be upgraded to a WebSocket');
    },
  };
}

/** Undefined where the request asks for no WebSocket. */
export function upgradeOf({ app }: Pick<Request, 'app'>): Upgrade | undefined {
  return (app as { readonly upgrade?: Upgrade }).upgrade;
}

/**
 * A WebSocket as a stream of bytes, whatever its messages are. It is destroyed with its connection, as a WebSocket has
 * no half that stays open.
 */
export function streamOver(socket: WebSocket, { socket: connection }: Pick<Upgrade, 'socket'>): Duplex {
  const stream = createWebSocketStream(socket);
  // The reader and the writer see the end.
  stream.on('error', () => undefined);
  connection.once('close', () => stream.destroy());
  return stream;
}

/**
 * Called by a handler to accept the upgrade. Throws `invalid` if the request asks for no WebSocket, or offers another
 * protocol.
 */
export function upgradeTo(request: Pick<Request, 'app' | 'headers'>, protocol: string, serve: Serve): void {
  const upgrade = upgradeOf(request);
  if (!upgrade) throw new SatsumaError('invalid', `this route needs a WebSocket with the protocol ${protocol}`);
  const offered = String(request.headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/);
  // ws accepts the first offered protocol.
  if (offered[0] !== protocol) throw new SatsumaError('invalid', `the WebSocket must offer the protocol ${protocol}`);
  upgrade.serve = serve;
}

interface RouteQuery extends Pick<WebSocketRules, 'routePath'> {
  readonly method: 'get' | 'post';
  readonly url: string | undefined;
}

/** Of the route that serves a URL. Other routes must not be run by an upgrade request, because their answers may be endless. */
export function pluginsOf(
  server: Server,
  { method, url = '', routePath }: RouteQuery,
): PluginSpecificConfiguration | undefined {
  const [path = ''] = url.split(/[?#]/, 1);
  if (!path.startsWith('/')) return undefined;
  try {
    return server.match(method, routePath(path))?.settings.plugins;
  } catch {
    // A path that cannot be decoded.
    return undefined;
  }
}

/** With two Host headers the request is ambiguous. */
export function hostsIn({ rawHeaders }: IncomingMessage): number {
  return rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host').length;
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
}

async function answer(
  server: Server,
  sockets: WebSocketServer,
  { request, socket, head }: UpgradeRequest,
): Promise<void> {
  const upgrade: Upgrade = { socket: request.socket };
  const { url = '', headers } = request;
  const answered = await server.inject({
    method: 'GET',
    url,
    headers,
    // A Unix socket has none.
    ...(request.socket.remoteAddress !== undefined && { remoteAddress: request.socket.remoteAddress }),
    // Hapi copies this object, but not the objects in it.
    app: { upgrade } as object,
    allowInternals: false,
  });
  const { serve, watch, ended } = upgrade;
  if (serve && answered.statusCode === 200) {
    let isAccepted = false;
    let isForbidden = false;
    sockets.handleUpgrade(request, socket, head, (accepted) => {
      isAccepted = true;
      sockets.emit('connection', accepted, request);
      const forget = watch?.(() => {
        isForbidden = true;
        endForbidden(accepted);
      });
      if (forget) accepted.once('close', forget);
      serve(accepted, (outcome) => ended?.(isForbidden ? notAllowedAnyMore : outcome));
    });
    // The callback runs synchronously or never, for example if the client is gone or its key is invalid.
    if (!isAccepted) ended?.(leftByClient);
    return;
  }
  refuse(socket, answered.statusCode, { ...answered.headers }, answered.rawPayload);
}

/** The WebSocket close code 1008 (policy violation). No more data passes, whether the client answers or not. */
function endForbidden(socket: WebSocket): void {
  socket.close(1008, 'the token is not valid any more');
  socket.terminate();
}

function refuse(socket: Duplex, status: number, headers: Record<string, unknown>, body: Buffer): void {
  const kept = ['content-type', 'www-authenticate', 'x-request-id'].flatMap((name) =>
    headers[name] === undefined ? [] : [[name, String(headers[name])]],
  );
  endWith(socket, status, Object.fromEntries(kept), body);
}

/**
 * A client that offers another protocol, as curl does with HTTP/2, can be answered as without the offer. Node has
 * detached the connection, so the request is replayed on it without the upgrade headers.
 */
function serveWithout(server: Server, { request, socket, head }: UpgradeRequest): void {
  const { method, url, httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (!/^(upgrade|connection|http2-settings)$/i.test(name)) lines.push(`${name}: ${rawHeaders[at + 1]}`);
  }
  if (head.length > 0) socket.unshift(head);
  socket.unshift(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'));
  server.listener.emit(socket instanceof TLSSocket ? 'secureConnection' : 'connection', socket);
}
