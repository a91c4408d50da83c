import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { VisitorControl } from '../../commands/domains/authorize-visitor.ts';
import { domainPattern } from '../../model/domain.ts';
import { hostAndPort } from '../../model/host-address.ts';
import { listenError } from '../../runtime/listen-error.ts';
import type { Cluster } from '../../state/cluster.ts';
import { RequestReports } from './request-reports.ts';

/** For routers only. */
const maxConnections = 1_024;
const requestMs = 10_000;
const headersMs = 3_000;

/**
 * Routers ask here whether a visitor is admitted, before they forward a request. It is separate from the API, which routers need
 * not reach, and answers nothing else. Routers report requests to the same port by UDP.
 */
export class AuthListener {
  readonly #server: Server;
  readonly #control: VisitorControl;
  readonly #reports: RequestReports;
  readonly #cluster: Cluster;
  readonly #address: { readonly host: string; readonly port: number };

  constructor(cluster: Cluster, address: { readonly host: string; readonly port: number }) {
    this.#cluster = cluster;
    this.#address = address;
    this.#control = new VisitorControl(cluster);
    this.#reports = new RequestReports(cluster, address.host);
    this.#server = createServer(
      { maxHeaderSize: 16_384, requestTimeout: requestMs, headersTimeout: headersMs },
      (request, response) => {
        void this.#answer(request, response).catch((err: unknown) => {
          cluster.logger.error({ err }, 'a router is not told who may come in');
          // Without a positive answer, a router admits nobody.
          if (!response.headersSent) response.writeHead(500);
          response.end();
        });
      },
    );
    this.#server.maxConnections = maxConnections;
  }

  /** HOST:PORT while it listens. */
  get address(): string {
    const { host } = this.#address;
    const bound = this.#server.address();
    return hostAndPort({ host, port: typeof bound === 'object' && bound ? bound.port : '' });
  }

  /** Throws `invalid` if the address is in use or not allowed. */
  async start(): Promise<void> {
    const { host, port } = this.#address;
    try {
      this.#server.listen(port, host);
      await once(this.#server, 'listening');
    } catch (cause) {
      throw listenError(host, port, cause as NodeJS.ErrnoException);
    }
    const bound = this.#server.address();
    try {
      await this.#reports.start(host, typeof bound === 'object' && bound ? bound.port : port);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.#reports.stop();
    if (!this.#server.listening) return;
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A server that was suspended does not admit anybody by outdated data.
    await this.#cluster.cache.awake();
    // Ignore the query: it is that of the request, which the header has as well.
    const [, text = ''] = /^\/auth\/([^/?]+)(?:\?.*)?$/.exec(request.url ?? '') ?? [];
    // Caddy escapes the `*` of a wildcard.
    const domain = text.replace(/^%2a/i, '*');
    if (request.method !== 'GET' || !domainPattern.test(domain)) {
      response.writeHead(404).end();
      return;
    }
    // Only a router may say which address and request an answer belongs to.
    if (!this.#control.isRouter((name) => headerOf(request, name))) {
      response.writeHead(403).end();
      return;
    }
    const verdict = this.#control.authorize({
      domain,
      method: headerOf(request, 'x-forwarded-method'),
      uri: headerOf(request, 'x-forwarded-uri'),
      authorization: request.headers.authorization,
      address: headerOf(request, 'x-forwarded-for'),
    });
    if (verdict.is === 'in') response.writeHead(204, { 'Remote-User': verdict.user });
    else if (verdict.is === 'challenge') response.writeHead(401, { 'WWW-Authenticate': [...verdict.challenges] });
    else response.writeHead(verdict.is === 'too many' ? 429 : 403);
    response.end();
  }
}

function headerOf({ headers }: IncomingMessage, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}
