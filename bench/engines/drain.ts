import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';

/** Discards an answer while it arrives, and returns its length in bytes. Throws unless it is a complete 200. */
export async function drain(request: ClientRequest): Promise<number> {
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`a stream was answered with ${response.statusCode}`);
  let bytes = 0;
  for await (const chunk of response) bytes += chunk.length;
  return bytes;
}
