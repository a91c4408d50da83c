import { createSocket, type Socket as DatagramSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, isIPv6, type Server, type Socket } from 'node:net';
import type { Packet } from 'dns-packet';
import type { Logger } from '../logging/logger.ts';
import { hostAndPort } from '../model/host-address.ts';
import { listenError } from '../runtime/listen-error.ts';
import { isLoopback } from '../runtime/loopback.ts';
import { withTimeout } from '../runtime/with-timeout.ts';
import { answerQuery } from './answer-query.ts';
import type { Directory } from './name.ts';
import { QueryLimit } from './query-limit.ts';
import { bytesWithin, maxQueryLength, read, sizeFor } from './wire.ts';

/** A port that is free for TCP may be taken for UDP. */
const anyPortTries = 20;
/** TCP connections are short-lived: a query takes milliseconds. */
const maxConnections = 256;
/** Per address, so that no client uses all of them. */
const maxOfAddress = 32;
/** The timeout of receiving a query, and of sending an answer. */
const exchangeMs = 10_000;
/**
 * How long an answer waits for the current state. Routers hold their requests meanwhile, and fail them in the end; an
 * address that is gone only makes them try another one.
 */
const maxCatchUpMs = 1_000;
/** Over TCP. */
const maxAnswerLength = 0xffff;
/** The length prefix of messages over TCP. */
const lengthBytes = 2;

interface DnsOptions {
  readonly host: string;
  /** 0: the system chooses one. */
  readonly port: number;
  /** Lower case, without leading or trailing dots. */
  readonly domain: string;
  readonly directory: Directory;
  /** Resolves when the directory is current. */
  readonly awake: () => Promise<void>;
  readonly logger: Logger;
}

/**
 * Resolves service names to their ready replicas, for hosts outside of the cluster's networks. Read-only, without
 * queries to other hosts.
 */
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
    this.#streams.maxConnections = maxConnections;
  }

  /** HOST:PORT, after `start`. */
  get address(): string {
    const { address: host, port } = this.#datagrams.address();
    return hostAndPort({ host, port });
  }

  /** Throws `invalid` if the port is in use, or not permitted. */
  async start(): Promise<void> {
    const { host, port, logger } = this.#options;
    // Any free port must be free for both.
    for (let triesLeft = port === 0 ? anyPortTries : 1; ; triesLeft--) {
      try {
        await this.#listen();
        break;
      } catch (error) {
        const cause = error as NodeJS.ErrnoException;
        if (triesLeft > 1 && cause.code === 'EADDRINUSE') continue;
        await this.stop();
        throw listenError(host, port, cause);
      }
    }
    this.#datagrams.on('message', (message, from) => void this.#reply(message, from));
    for (const each of [this.#datagrams, this.#streams]) {
      each.on('error', (err) => logger.warn({ err }, 'DNS: a socket failed'));
    }
  }

  async #listen(): Promise<void> {
    const { host, port } = this.#options;
    this.#streams.listen(port, host);
    await once(this.#streams, 'listening');
    try {
      this.#datagrams.bind((this.#streams.address() as AddressInfo).port, host);
      await once(this.#datagrams, 'listening');
    } catch (error) {
      await new Promise((resolve) => this.#streams.close(resolve));
      throw error;
    }
  }

  async stop(): Promise<void> {
    for (const each of this.#connections) each.destroy();
    await new Promise<void>((resolve) => this.#streams.close(() => resolve()));
    await new Promise<void>((resolve) => {
      try {
        this.#datagrams.close(resolve);
      } catch {
        // It was not open.
        resolve();
      }
    });
  }

  /** Never throws. */
  async #reply(message: Buffer, { address, port }: RemoteInfo): Promise<void> {
    // Port 0 is invalid as a source port: the sender is spoofed, and cannot receive an answer.
    if (port === 0 || !this.#limit.allows(address)) return;
    const query = read(message);
    const sent = query && (await this.#answer(query, sizeFor(query), address));
    try {
      // Send errors are ignored.
      if (sent) this.#datagrams.send(sent, port, address, () => undefined);
    } catch {
      // The server was stopped meanwhile.
    }
  }

  #converse(socket: Socket): void {
    socket.on('error', () => undefined);
    const ofAddress = [...this.#connections].filter(({ remoteAddress }) => remoteAddress === socket.remoteAddress);
    if (ofAddress.length >= maxOfAddress) {
      socket.destroy();
      return;
    }
    this.#connections.add(socket);
    socket.once('close', () => this.#connections.delete(socket));
    void this.#answerInTurn(socket)
      .catch(() => undefined)
      .finally(() => socket.destroy());
  }

  /** Messages have a length prefix. The next one is processed after the answer to the previous one. */
  async #answerInTurn(socket: Socket): Promise<void> {
    let unread: Buffer = Buffer.alloc(0);
    const end = setTimeout(() => socket.destroy(), exchangeMs);
    try {
      for await (const bytes of socket) {
        unread = Buffer.concat([unread, bytes]);
        while (unread.length >= lengthBytes) {
          const length = unread.readUInt16BE(0);
          if (length > maxQueryLength) return;
          if (unread.length < lengthBytes + length) break;
          const query = read(unread.subarray(lengthBytes, lengthBytes + length));
          const sent = query && (await this.#answer(query, maxAnswerLength, socket.remoteAddress ?? ''));
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

  /** The encoded answer, within the limit; undefined: no answer. Never throws. */
  async #answer(query: Packet, max: number, asker: string): Promise<Buffer | undefined> {
    const { domain, directory, awake, logger } = this.#options;
    try {
      await withTimeout(maxCatchUpMs, awake());
      return bytesWithin(answerQuery(query, domain, directory, isLoopback(asker)), max);
    } catch (err) {
      logger.warn({ err }, 'DNS: a query is not answered');
      return undefined;
    }
  }
}
