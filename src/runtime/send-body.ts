import type { ClientRequest, IncomingMessage } from 'node:http';

/**
 * Writes a body to a request with backpressure, and ends the request. If the server responds early, the rest is not
 * sent, and the request is not ended. Throws the body's error without ending the request.
 */
export async function sendBody(request: ClientRequest, body: AsyncIterable<Buffer>): Promise<void> {
  const over = new AbortController();
  request.once('close', () => over.abort());
  request.once('response', ({ statusCode = 0 }: IncomingMessage) => {
    if (statusCode >= 300) over.abort();
  });
  const { signal } = over;
  for await (const bytes of body) {
    if (!signal.aborted && !request.write(bytes)) await untilDrained(request, signal);
    if (signal.aborted) return;
  }
  if (!signal.aborted) request.end();
}

function untilDrained(request: ClientRequest, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      request.off('drain', over);
      signal.removeEventListener('abort', over);
      resolve();
    };
    request.once('drain', over);
    signal.addEventListener('abort', over);
    if (signal.aborted) over();
  });
}
