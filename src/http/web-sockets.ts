import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import type { Request, Server } from '@hapi/hapi';
import { type WebSocket, WebSocketServer } from 'ws';
import { SatsumaError } from '../model/errors.ts';
import { endWith, refuseWith } from './refuse-connection.ts';
import { leftByClient, notAllowedAnyMore, type SessionOutcome } from './session-outcome.ts';

/** Of one message. */
const mostBytes = 1024 * 1024;

/** A server that stops waits for them so long. */
const goodbyeMs = 1_000;

declare module '@hapi/hapi' {
  interface PluginSpecificConfiguration {
    /** Its handler calls `upgradeTo`. */
    readonly webSocket?: true;
  }
}

/** What is said of a request for a WebSocket, or another connection of its own, on its way. */
export interface Upgrade<Connection = WebSocket> {
  /** The connection that it came by. */
  readonly socket: Socket;
  /** Set by the handler. */
  serve?: Serve<Connection>;
  /** Set by whoever guards the route: calls back when the WebSocket must end, until the function that is returned is called. */
  watch?: (end: () => void) => () => void;
  /** Set by whoever records what is done: called when the WebSocket that the request got has ended. */
  ended?: (outcome: SessionOutcome) => void;
}

/** Calls back once, when what is served has ended. */
type Serve<Connection = WebSocket> = (socket: Connection, ended: (outcome: SessionOutcome) => void) => void;

/**
 * Lets routes answer with a WebSocket. The request for one goes the way of every other request first, so that whatever guards the
 * routes guards these as well, and each refusal is an answer like any other.
 */
export function acceptWebSockets(server: Server): void {
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: mostBytes,
  });
  // What it would say itself is no JSON.
  sockets.on('wsClientError', (error: Error, socket: Duplex) => {
    const sentence = `no WebSocket can be opened by this request: ${error.message}`;
    refuseWith(socket, 400, sentence, { 'sec-websocket-version': '13, 8' });
  });
  const open = new Set<Promise<void>>();
  sockets.on('connection', (socket: WebSocket) => {
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    open.add(closed);
    void closed.then(() => open.delete(closed));
  });
  // Whoever serves them knows by now that the server stops, and says goodbye.
  server.ext('onPreStop', async () => {
    await Promise.race([Promise.all(open), setTimeout(goodbyeMs, undefined, { ref: false })]);
  });
  server.listener.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => undefined);
    const isAsked = request.method === 'GET' && request.headers.upgrade?.toLowerCase() === 'websocket';
    if (!isAsked || !hasWebSocket(server, request.url)) return serveWithout(server, request, socket, head);
    const isTellable = hostsIn(request) === 1 && request.httpVersion !== '1.0' && !hasBody(request);
    if (!isTellable) return refuseWith(socket, 400, 'no WebSocket can be opened by this request');
    answer(server, sockets, { request, socket, head }).catch(() => socket.destroy());
  });
}

/** Says in a handler which WebSocket the request gets. Throws `invalid` where it asks for none, or for another one. */
export function upgradeTo(request: Pick<Request, 'app' | 'headers'>, protocol: string, serve: Serve): void {
  const { upgrade } = request.app as { readonly upgrade?: Upgrade };
  if (!upgrade) throw new SatsumaError('invalid', `this is a WebSocket of the protocol ${protocol}`);
  const offered = String(request.headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/);
  // ws takes the first one that is offered.
  if (offered[0] !== protocol) throw new SatsumaError('invalid', `the WebSocket must offer the protocol ${protocol}`);
  upgrade.serve = serve;
}

interface Asked {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** Of any other route an answer may have no end, and its handler is to run for an ordinary request alone. */
function hasWebSocket(server: Server, url = ''): boolean {
  const [path = ''] = url.split(/[?#]/, 1);
  if (!path.startsWith('/')) return false;
  return server.match('get', path)?.settings.plugins?.webSocket === true;
}

/** Of two nobody knows which one is meant. */
function hostsIn({ rawHeaders }: IncomingMessage): number {
  return rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host').length;
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
}

async function answer(server: Server, sockets: WebSocketServer, { request, socket, head }: Asked): Promise<void> {
  const upgrade: Upgrade = { socket: request.socket };
  const { url = '', headers } = request;
  const answered = await server.inject({
    method: 'GET',
    url,
    headers,
    remoteAddress: request.socket.remoteAddress ?? '',
    // Hapi copies the object, and not what is in it.
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
    // It calls back at once or never, as where the client is gone or its key makes no sense.
    if (!isAccepted) ended?.(leftByClient);
    return;
  }
  refuse(socket, answered.statusCode, { ...answered.headers }, answered.rawPayload);
}

/** WebSocket's own code of what a policy ends. Nothing more goes either way, whether the client says goodbye or not. */
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
 * Whoever offers another protocol, as curl does with HTTP/2, may be answered as if nothing was offered. Node has let go of the
 * connection by now, so it is given back with the request in it, without the offer.
 */
export function serveWithout(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
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
