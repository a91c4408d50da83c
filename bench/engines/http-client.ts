import http from 'node:http';
import https from 'node:https';
import type { SecureContext } from 'node:tls';

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** Requests to one server over connections that are kept. Both contestants are asked through it. */
export class HttpClient {
  readonly #origin: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #agent: http.Agent;

  /** `tls`: for an `https:` origin. `token`: of an account. */
  constructor(origin: string, { tls, token }: { readonly tls?: SecureContext; readonly token?: string } = {}) {
    this.#origin = origin;
    this.#headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    // The most recently used connection first, and none given up: neither side pays for a handshake while measured.
    const keepAlive = { keepAlive: true, scheduling: 'lifo', maxFreeSockets: 256 } as const;
    this.#agent = tls ? new https.Agent({ ...keepAlive, secureContext: tls }) : new http.Agent(keepAlive);
  }

  /** Rejects where there is no answer; an answer of any status is one. */
  async send(method: string, path: string, body?: string): Promise<HttpAnswer> {
    for (;;) {
      const answer = await this.#ask(method, path, body);
      if (answer) return answer;
    }
  }

  /** Undefined: the kept connection was given up by the other side before the request came to it. */
  #ask(method: string, path: string, body?: string): Promise<HttpAnswer | undefined> {
    return new Promise((resolve, reject) => {
      const { request } = this.#agent instanceof https.Agent ? https : http;
      const headers = { ...this.#headers, ...(body !== undefined && { 'content-type': 'application/json' }) };
      const sent = request(this.#origin + path, { method, headers, agent: this.#agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
      });
      sent.on('error', (error: NodeJS.ErrnoException) => {
        if (sent.reusedSocket && error.code === 'ECONNRESET') resolve(undefined);
        else reject(error);
      });
      sent.end(body);
    });
  }

  /** Throws unless the answer has one of the statuses. */
  async expect(statuses: readonly number[], method: string, path: string, body?: string): Promise<string> {
    const answer = await this.send(method, path, body);
    if (statuses.includes(answer.status)) return answer.body;
    throw new Error(`${method} ${this.#origin}${path} answered ${answer.status}: ${answer.body.trim().slice(0, 500)}`);
  }

  close(): void {
    this.#agent.destroy();
  }
}
