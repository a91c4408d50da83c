import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';

/** Discards what is answered as it comes. Gives its length in bytes; throws where it is no 200 or is cut. */
export async function drain(request: ClientRequest): Promise<number> {
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`a stream was answered with ${response.statusCode}`);
  let bytes = 0;
  for await (const chunk of response) bytes += chunk.length;
  return bytes;
}
