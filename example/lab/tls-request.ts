import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import type { Readable } from 'node:stream';
import type { CertificateFiles } from '../../src/ca/authority.ts';

export interface TlsResponse {
  readonly status: number;
  readonly body: string;
}

export interface TlsRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Readable;
  /** Default: 30 seconds. */
  readonly timeoutMs?: number;
}

/** One request over mutual TLS on its own connection, with the whole answer. */
export async function tlsRequest(origin: string, client: CertificateFiles, options: TlsRequest): Promise<TlsResponse> {
  const [ca, cert, key] = await Promise.all([client.ca, client.cert, client.key].map((path) => readFile(path)));
  const { method = 'GET', path, headers = {}, body, timeoutMs = 30_000 } = options;
  const agent = new Agent({ keepAlive: false });
  return await new Promise<TlsResponse>((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const sent = request(new URL(path, origin), { method, headers, ca, cert, key, agent, signal }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
    });
    sent.on('error', reject);
    if (body === undefined || typeof body === 'string') sent.end(body);
    else body.on('error', (error) => sent.destroy(error)).pipe(sent);
  });
}
