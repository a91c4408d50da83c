import type { Socket } from 'node:net';
import { type Duplex, finished } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Request, Server } from '@hapi/hapi';
import { endWith } from '../refuse-connection.ts';
import { notAllowedAnyMore, type SessionOutcome } from '../session-outcome.ts';
import { acceptUpgrades, hostsIn, pluginsOf, type Upgrade, type UpgradeRequest, webSockets } from '../web-sockets.ts';
import { bare } from './versions.ts';

/** A request for the connection itself, on its way through the routes. */
type Hijack = Upgrade<Duplex> & {
  /** Of what goes over the connection then. Set by the handler. */
  type?: string;
};

declare module '@hapi/hapi' {
  interface PluginSpecificConfiguration {
    /** The protocol for which its handler may take over the connection, see `hijackOf`. */
    readonly hijack?: 'tcp' | 'h2c';
  }
}

const maxBodyBytes = 64 * 1024;
/** A client that sends it no sooner is let go. */
const bodyWithinMs = 10_000;

/**
 * Lets routes take over their connection, as Docker's clients ask for it, and answer with a WebSocket. The request goes the way of every other request first, so
 * that whatever guards the routes guards these as well, and each refusal is an answer like any other.
 */
export function acceptHijacks(server: Server): void {
  const routePath = (path: string) => bare(path).path;
  acceptUpgrades(server, [
    webSockets(server, { routePath, refuse }),
    {
      isAsked: ({ method, headers, url }) => {
        const protocol = headers.upgrade?.toLowerCase();
        return (
          method === 'POST' &&
          protocol !== undefined &&
          protocol === pluginsOf(server, { method: 'post', url, routePath })?.hijack
        );
      },
      answer: (asked) => void answer(server, asked).catch(() => asked.socket.destroy()),
    },
  ]);
}

/** Undefined where the client did not ask for the connection. */
export function hijackOf({ app }: Pick<Request, 'app'>): Hijack | undefined {
  return (app as { readonly upgrade?: Hijack }).upgrade;
}

async function answer(server: Server, { request, socket, head }: UpgradeRequest): Promise<void> {
  // Node keeps the first of two, so the rules for requests would not see the second.
  if (hostsIn(request) > 1) return refuse(socket, 400, 'a request must have one Host header');
  const length = Number(request.headers['content-length'] ?? 0);
  if (request.headers['transfer-encoding'] !== undefined || !(length <= maxBodyBytes))
    return refuse(socket, 411, 'a request that takes over its connection needs a Content-Length of at most 64 KiB');
  const late = setTimeout(() => socket.destroy(), bodyWithinMs);
  const { body, rest } = await readBody({ request, socket, head }, length).finally(() => clearTimeout(late));
  // It waits until the process is there.
  if (rest.length > 0) socket.unshift(rest);
  const hijack: Hijack = { socket: request.socket as Socket };
  const { url = '', headers } = request;
  const answered = await server.inject({
    method: 'POST',
    url,
    // The body is here already.
    headers: { ...headers, upgrade: '', connection: 'close' },
    payload: body,
    // Of a Unix socket there is none.
    ...(request.socket.remoteAddress && { remoteAddress: request.socket.remoteAddress }),
    // Hapi copies the object, and not what is in it.
    app: { upgrade: hijack } as object,
    allowInternals: false,
  });
  const { serve, watch, ended, type = 'application/vnd.docker.raw-stream' } = hijack;
  if (!serve || answered.statusCode >= 300) {
    const kept = ['content-type', 'api-version', 'www-authenticate', 'x-request-id'].flatMap((name) =>
      answered.headers[name] === undefined ? [] : [[name, String(answered.headers[name])]],
    );
    return endWith(socket, answered.statusCode, Object.fromEntries(kept), answered.rawPayload);
  }
  const lines = [
    'HTTP/1.1 101 UPGRADED',
    `Content-Type: ${type}`,
    'Connection: Upgrade',
    `Upgrade: ${headers.upgrade}`,
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  let isForbidden = false;
  const forget = watch?.(() => {
    isForbidden = true;
    socket.destroy();
  });
  // It may be closed already.
  if (forget) finished(socket, forget);
  serve(socket, (outcome: SessionOutcome) => ended?.(isForbidden ? notAllowedAnyMore : outcome));
}

/** As many bytes as the body has, and what came behind it. */
async function readBody(
  { request, socket, head }: UpgradeRequest,
  length: number,
): Promise<{ body: Buffer; rest: Buffer }> {
  // Node 26 gives the body apart, as of any request; to earlier ones it is the beginning of what comes over the connection.
  const parsed = await buffer(request);
  if (parsed.length === length) return { body: parsed, rest: head };
  let bytes = head;
  if (bytes.length < length) {
    // The iterator must leave the connection as it is.
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      bytes = Buffer.concat([bytes, chunk as Buffer]);
      if (bytes.length >= length) break;
    }
  }
  return { body: bytes.subarray(0, length), rest: bytes.subarray(length) };
}

function refuse(socket: Duplex, status: number, message: string, headers: Readonly<Record<string, string>> = {}): void {
  endWith(socket, status, { 'content-type': 'application/json', ...headers }, JSON.stringify({ message }));
}
