import type { ClientRequest, IncomingMessage } from 'node:http';

/**
 * Writes a body to a request, as fast as it is taken, and ends the request. Who refuses before the end has decided: the rest is
 * not sent then, and the request not ended. Throws what the body throws, and leaves the request without its end.
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
