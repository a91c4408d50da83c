import { randomBytes } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Server } from '@hapi/hapi';
import { codeOfStatus } from '../api/error-status.ts';

/** Time for a client to read the answer and to close its side. */
const goodbyeMs = 5_000;

/**
 * Answers on a connection without a handler, and closes it. Node no longer manages the connection, so a client that
 * never closes its side would keep it open forever.
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
  // Discards further data, so that the end of the connection is noticed.
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), goodbyeMs).unref();
  socket.once('close', () => clearTimeout(timer));
}

/** The same with an error message in the API's format. */
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
 * Answers unparsable requests in the API's format: Node rejects them before any route. Hapi's own handler answers with
 * a bare status; it stays responsible if a response is in progress on the connection.
 */
export function explainUnreadable(server: Server): void {
  server.listener.prependListener('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const isFresh = socket.writable && socket.bytesWritten === 0;
    if (!isFresh) return;
    const isLong = error.code === 'HPE_HEADER_OVERFLOW';
    if (isLong) refuseWith(socket, 431, 'the URL and the headers are more than 16 KiB together');
    else if (error.code?.startsWith('HPE_')) refuseWith(socket, 400, 'this is not an HTTP/1.1 request');
  });
}
