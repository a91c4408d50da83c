import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { domainByCode } from '../../decisions/domains/domain-by-code.ts';
import { requestLogger } from '../../decisions/domains/request-log.ts';
import { listenError } from '../../runtime/listen-error.ts';
import type { Cluster } from '../../state/cluster.ts';
import { domainRequestsOf } from '../../state/domain-requests.ts';

const longest = 4_096;
const report = new RegExp(
  `"logger":"http\\.log\\.access\\.${requestLogger}\\.([A-Za-z0-9_-]{22})".*"status":(\\d{1,3})[,}]`,
);

/**
 * Receives reports of routers by UDP: one datagram per request, so that routers never wait for a server. Only routers know the
 * codes of domains.
 */
export class RequestReports {
  readonly #cluster: Pick<Cluster, 'cache' | 'installation' | 'logger'>;
  readonly #socket: Socket;

  constructor(cluster: Pick<Cluster, 'cache' | 'installation' | 'logger'>, host: string) {
    this.#cluster = cluster;
    this.#socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  }

  /** Throws `invalid` if the address is in use. */
  async start(host: string, port: number): Promise<void> {
    try {
      this.#socket.bind(port, host);
      await once(this.#socket, 'listening');
    } catch (cause) {
      throw listenError(host, port, cause as NodeJS.ErrnoException);
    }
    this.#socket.on('message', (bytes) => this.take(bytes));
    this.#socket.on('error', (err) => this.#cluster.logger.warn({ err }, 'routers cannot report requests'));
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      try {
        this.#socket.close(() => resolve());
      } catch {
        // It was not listening.
        resolve();
      }
    });
  }

  /** Ignores malformed reports. */
  take(bytes: Buffer): void {
    if (bytes.length > longest) return;
    const [, code = '', status] = report.exec(bytes.toString('latin1')) ?? [];
    const domain = status === undefined ? undefined : domainByCode(this.#cluster, code);
    if (domain !== undefined) domainRequestsOf(this.#cluster.cache).count(domain, Number(status));
  }
}
