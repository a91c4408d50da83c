import { type ClientRequest, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Credentials } from '../config/credentials.ts';
import { sendBody } from '../runtime/send-body.ts';
import { ApiError, answerOf, authority, authorization, ServerAwayError } from './api-client.ts';

interface Transferred {
  readonly headers: IncomingHttpHeaders;
  readonly bytes: AsyncIterable<Buffer>;
}

/**
 * A request with a binary body or answer, with backpressure in both directions. Throws ApiError, ServerAwayError, and
 * what the body throws.
 */
export type ApiTransfer = (
  method: 'GET' | 'HEAD' | 'PUT' | 'POST',
  path: string,
  body?: AsyncIterable<Buffer>,
) => Promise<Transferred>;

export function apiTransfer(host: string, credentials: Credentials = {}): ApiTransfer {
  return async (method, path, body) => {
    const url = new URL(path, `${host}/`);
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const headers = { ...(body && { 'content-type': 'application/x-tar' }), ...authorization(credentials) };
    const sent = request(url, { method, headers, ...authority(credentials) });
    const response = await answerTo(sent, body, host);
    const { statusCode: status = 0 } = response;
    // An unread response would keep the process alive.
    if (method === 'HEAD') response.resume();
    if (status === 200) return { headers: response.headers, bytes: whole(response) };
    try {
      if (method === 'HEAD') throw new ApiError(status, `HTTP ${status}`, undefined);
      const { answer } = await answerOf(response, host);
      throw new ApiError(status, String(answer.data), answer.details);
    } finally {
      // A half-sent request would keep the connection and the process alive.
      sent.destroy();
    }
  };
}

/** The answer may arrive before the whole body was sent; then sending stops. */
function answerTo(
  sent: ClientRequest,
  body: AsyncIterable<Buffer> | undefined,
  host: string,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.on('response', resolve);
    sent.on('error', (error: NodeJS.ErrnoException) => reject(new ServerAwayError(host, error)));
    if (!body) return void sent.end();
    sendBody(sent, body).catch((error: unknown) => {
      reject(error);
      // Aborts instead of ending the request, so that the server does not take a part for the whole.
      sent.destroy();
    });
  });
}

async function* whole(response: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    yield* response as AsyncIterable<Buffer>;
  } catch (cause) {
    throw new ApiError(
      502,
      `the answer ended early (${(cause as NodeJS.ErrnoException).code}): the server stopped, an engine or the network failed, or the token was revoked. Try again`,
      undefined,
    );
  }
}
