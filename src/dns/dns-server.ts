import { createSocket, type Socket as DatagramSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { createServer, isIPv6, type Server, type Socket } from 'node:net';
import type { Packet } from 'dns-packet';
import type { Logger } from '../logging/logger.ts';
import { listenError } from '../runtime/listen-error.ts';
import { answerQuery } from './answer-query.ts';
import type { Directory } from './name.ts';
import { bytesWithin, read, sizeFor } from './wire.ts';

/** Who asks by TCP: a query and an answer take milliseconds. */
const mostConnections = 256;
const idleMs = 10_000;
/** Of one query by TCP: nobody has more to say. */
const longestQuery = 4_096;
/** Of answers that somebody does not read. */
const mostUnread = 1 << 20;

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

  constructor(options: DnsOptions) {
    this.#options = options;
    this.#datagrams = createSocket(isIPv6(options.host) ? 'udp6' : 'udp4');
    this.#streams = createServer((socket) => this.#converse(socket));
    this.#streams.maxConnections = mostConnections;
  }

  /** HOST:PORT, once it listens. */
  get address(): string {
    const { address, port } = this.#datagrams.address();
    return isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
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

  async #reply(message: Buffer, { address, port }: RemoteInfo): Promise<void> {
    const query = read(message);
    if (!query) return;
    const answer = await this.#answer(query);
    if (!answer) return;
    const sent = bytesWithin(answer, sizeFor(query));
    // Whoever is gone is not missed.
    if (sent) this.#datagrams.send(sent, port, address, () => undefined);
  }

  /** Each message with its length before it, one after the other. */
  #converse(socket: Socket): void {
    this.#connections.add(socket);
    socket.once('close', () => this.#connections.delete(socket));
    socket.setTimeout(idleMs, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    let unread = Buffer.alloc(0);
    let turn = Promise.resolve();
    socket.on('data', (bytes) => {
      // The next ones are read when these are answered.
      socket.pause();
      unread = Buffer.concat([unread, bytes]);
      while (unread.length >= 2) {
        const length = unread.readUInt16BE(0);
        if (length > longestQuery || socket.writableLength > mostUnread) return void socket.destroy();
        if (unread.length < 2 + length) break;
        const message = unread.subarray(2, 2 + length);
        unread = unread.subarray(2 + length);
        turn = turn.then(() => this.#tell(socket, message));
      }
      void turn.then(() => socket.resume());
    });
  }

  async #tell(socket: Socket, message: Buffer): Promise<void> {
    const query = read(message);
    const answer = query && (await this.#answer(query));
    const sent = answer && bytesWithin(answer, 0xffff);
    if (!sent || socket.destroyed) return void socket.destroy();
    const length = Buffer.alloc(2);
    length.writeUInt16BE(sent.length);
    socket.write(Buffer.concat([length, sent]));
  }

  /** Undefined: nothing is said to that. Never throws. */
  async #answer(query: Packet): Promise<Packet | undefined> {
    // An answer to an answer would go to and fro for ever.
    if (query.type === 'response') return undefined;
    const { domain, directory, awake, logger } = this.#options;
    try {
      await awake();
      return answerQuery(query, domain, directory);
    } catch (err) {
      logger.warn({ err }, 'DNS: a query is not answered');
      return undefined;
    }
  }
}
