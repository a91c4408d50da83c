import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';
import { pause } from '../../../src/runtime/pause.ts';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  // biome-ignore lint/suspicious/noExplicitAny: events have attributes of every kind.
  readonly event: any;
}

export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** How each request is answered; 204 unless set. */
  answer: (response: ServerResponse) => void;
  /** Resolves with so many, or all there are after 30 seconds. */
  count(number: number): Promise<readonly Received[]>;
}

export const secret = 'a secret of the tests';

export async function startReceiver(t: ExecutionContext): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    received.push({ headers: request.headers, body, event: JSON.parse(body) });
    receiver.answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    answer: (response) => response.writeHead(204).end(),
    count: async (number) => {
      const late = AbortSignal.timeout(30_000);
      while (received.length < number && !late.aborted) await pause(10, late);
      return received;
    },
  };
  return receiver;
}

export function signatureOf(body: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}
