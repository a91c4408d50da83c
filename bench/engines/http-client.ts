import http from 'node:http';
import https from 'node:https';
import type { SecureContext } from 'node:tls';

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** A client of one server with kept connections. Used for both contestants. */
export class HttpClient {
  readonly #origin: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #agent: http.Agent;

  /** `tls`: for an `https:` origin. `token`: of an account. */
  constructor(origin: string, { tls, token }: { readonly tls?: SecureContext; readonly token?: string } = {}) {
    this.#origin = origin;
    this.#headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    // Reuses the most recent connection and never closes any, so that no handshakes are measured.
    const keepAlive = { keepAlive: true, scheduling: 'lifo', maxFreeSockets: 256 } as const;
    this.#agent = tls ? new https.Agent({ ...keepAlive, secureContext: tls }) : new http.Agent(keepAlive);
  }

  /** Rejects without an answer; any status counts as an answer. */
  async send(method: string, path: string, body?: string): Promise<HttpAnswer> {
    for (;;) {
      const answer = await this.#ask(method, path, body);
      if (answer) return answer;
    }
  }

  /** Undefined: the server closed the kept connection before the request arrived. */
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
