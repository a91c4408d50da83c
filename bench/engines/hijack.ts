import { once } from 'node:events';
import type { ClientRequest, RequestOptions } from 'node:http';
import type { Duplex } from 'node:stream';

/** What Docker's clients send where they want the connection itself. */
export const hijacking: Pick<RequestOptions, 'method' | 'headers'> = {
  method: 'POST',
  headers: { connection: 'Upgrade', upgrade: 'tcp', 'content-type': 'application/json' },
};

/** The connection of a request that was made with `hijacking`. Rejects where it is refused. */
export async function hijack(request: ClientRequest, body = ''): Promise<Duplex> {
  const refused = new AbortController();
  request.once('response', ({ statusCode }) => {
    request.destroy();
    refused.abort(new Error(`a connection was answered with ${statusCode}`));
  });
  request.end(body);
  try {
    const [, socket] = await once(request, 'upgrade', { signal: refused.signal });
    return socket;
  } catch (error) {
    throw refused.signal.aborted ? refused.signal.reason : error;
  }
}
