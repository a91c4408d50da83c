import { randomBytes } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Server } from '@hapi/hapi';
import { codeOfStatus } from '../api/error-status.ts';

/** A client has so long to read the answer and to end its side. */
const goodbyeMs = 5_000;

/**
 * Answers on a connection that no handler has, and ends it. Node does not look after it any more: a client that never ended its
 * side would hold it for ever.
 */
export function endWith(
  socket: Duplex,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Buffer | string,
): void {
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(body)]));
  // What comes still is not kept, and its end is seen.
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), goodbyeMs).unref();
  socket.once('close', () => clearTimeout(timer));
}

/** The same with a sentence, as every error of the API. */
export function refuseWith(
  socket: Duplex,
  status: number,
  sentence: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = JSON.stringify({ ok: false, data: sentence, code: codeOfStatus[status] ?? 'http_error' });
  const own = { 'content-type': 'application/json; charset=utf-8', 'x-request-id': randomBytes(8).toString('hex') };
  endWith(socket, status, { ...own, ...headers }, body);
}

/**
 * What makes no request is answered in the form of the API: Node cannot read it, so no route is reached. Hapi's own listener
 * answers with a status and nothing else; where a request is under way on the connection, it knows what to do.
 */
export function explainUnreadable(server: Server): void {
  server.listener.prependListener('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const isFresh = socket.writable && socket.bytesWritten === 0;
    if (!isFresh) return;
    const isLong = error.code === 'HPE_HEADER_OVERFLOW';
    if (isLong) refuseWith(socket, 431, 'the URL and the headers are more than 16 KiB together');
    else if (error.code?.startsWith('HPE_')) refuseWith(socket, 400, 'this is no request of HTTP/1.1');
  });
}
