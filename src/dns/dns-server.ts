import { createSocket, type Socket as DatagramSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { createServer, isIPv6, type Server, type Socket } from 'node:net';
import type { Packet } from 'dns-packet';
import type { Logger } from '../logging/logger.ts';
import { hostAndPort } from '../model/host-address.ts';
import { listenError } from '../runtime/listen-error.ts';
import { isLoopback } from '../runtime/loopback.ts';
import { answerQuery } from './answer-query.ts';
import type { Directory } from './name.ts';
import { QueryLimit } from './query-limit.ts';
import { bytesWithin, longestQuery, read, sizeFor } from './wire.ts';

/** Who asks by TCP: a query and an answer take milliseconds. */
const mostConnections = 256;
/** Of one address: nobody takes the others' places. */
const mostOfAddress = 32;
/** For each query to be there, and for each answer to be taken. */
const exchangeMs = 10_000;
/** By TCP. */
const longestAnswer = 0xffff;
/** Of the length before each message by TCP. */
const lengthBytes = 2;

export interface DnsOptions {
  readonly host: string;
  /** 0: the system chooses. */
  readonly port: number;
  /** Without dots at its ends, in lower case. */
  readonly domain: string;
  readonly directory: Directory;
  /** Resolves when what the directory knows is of now. */
  readonly awake: () => Promise<void>;
  readonly logger: Logger;
}

/** Tells hosts outside of the cluster's networks where the ready replicas of services are. It changes nothing and asks nobody. */
export class DnsServer {
  readonly #options: DnsOptions;
  readonly #datagrams: DatagramSocket;
  readonly #streams: Server;
  readonly #connections = new Set<Socket>();
  readonly #limit = new QueryLimit();

  constructor(options: DnsOptions) {
    this.#options = options;
    this.#datagrams = createSocket(isIPv6(options.host) ? 'udp6' : 'udp4');
    this.#streams = createServer((socket) => this.#converse(socket));
    this.#streams.maxConnections = mostConnections;
  }

  /** HOST:PORT, once it listens. */
  get address(): string {
    const { address: host, port } = this.#datagrams.address();
    return hostAndPort({ host, port });
  }

  /** Throws `invalid` where somebody else listens already, or nobody may. */
  async start(): Promise<void> {
    const { host, port, logger } = this.#options;
    try {
      this.#datagrams.bind(port, host);
      await once(this.#datagrams, 'listening');
      this.#streams.listen(this.#datagrams.address().port, host);
      await once(this.#streams, 'listening');
    } catch (cause) {
      await this.stop();
      throw listenError(host, port, cause as NodeJS.ErrnoException);
    }
    this.#datagrams.on('message', (message, from) => void this.#reply(message, from));
    for (const each of [this.#datagrams, this.#streams]) {
      each.on('error', (err) => logger.warn({ err }, 'DNS: a socket failed'));
    }
  }

  async stop(): Promise<void> {
    for (const each of this.#connections) each.destroy();
    await new Promise<void>((resolve) => this.#streams.close(() => resolve()));
    await new Promise<void>((resolve) => {
      try {
        this.#datagrams.close(resolve);
      } catch {
        // It never was open.
        resolve();
      }
    });
  }

  /** Never throws. */
  async #reply(message: Buffer, { address, port }: RemoteInfo): Promise<void> {
    // There is no port 0: whoever wrote that hides, and nothing can be sent there.
    if (port === 0 || !this.#limit.allows(address)) return;
    const query = read(message);
    const sent = query && (await this.#answer(query, sizeFor(query), address));
    try {
      // Whoever is gone is not missed.
      if (sent) this.#datagrams.send(sent, port, address, () => undefined);
    } catch {
      // The server stopped meanwhile.
    }
  }

  #converse(socket: Socket): void {
    socket.on('error', () => undefined);
    const ofAddress = [...this.#connections].filter(({ remoteAddress }) => remoteAddress === socket.remoteAddress);
    if (ofAddress.length >= mostOfAddress) {
      socket.destroy();
      return;
    }
    this.#connections.add(socket);
    socket.once('close', () => this.#connections.delete(socket));
    void this.#answerInTurn(socket)
      .catch(() => undefined)
      .finally(() => socket.destroy());
  }

  /** Each message has its length before it. The next one is looked at when the answer to this one is on its way. */
  async #answerInTurn(socket: Socket): Promise<void> {
    let unread: Buffer = Buffer.alloc(0);
    const end = setTimeout(() => socket.destroy(), exchangeMs);
    try {
      for await (const bytes of socket) {
        unread = Buffer.concat([unread, bytes]);
        while (unread.length >= lengthBytes) {
          const length = unread.readUInt16BE(0);
          if (length > longestQuery) return;
          if (unread.length < lengthBytes + length) break;
          const query = read(unread.subarray(lengthBytes, lengthBytes + length));
          const sent = query && (await this.#answer(query, longestAnswer, socket.remoteAddress ?? ''));
          if (!sent) return;
          unread = unread.subarray(lengthBytes + length);
          const head = Buffer.alloc(lengthBytes);
          head.writeUInt16BE(sent.length);
          if (!socket.write(Buffer.concat([head, sent]))) await once(socket, 'drain');
          end.refresh();
        }
      }
    } finally {
      clearTimeout(end);
    }
  }

  /** As many bytes as may be sent; undefined: nothing is said to that. Never throws. */
  async #answer(query: Packet, most: number, asker: string): Promise<Buffer | undefined> {
    const { domain, directory, awake, logger } = this.#options;
    try {
      await awake();
      return bytesWithin(answerQuery(query, domain, directory, isLoopback(asker)), most);
    } catch (err) {
      logger.warn({ err }, 'DNS: a query is not answered');
      return undefined;
    }
  }
}
