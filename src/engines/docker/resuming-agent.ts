import type { X509Certificate } from 'node:crypto';
import https, { type AgentOptions, type RequestOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';

/** The latest TLS session of one engine, shared by its agents. */
export interface LatestSession {
  latest?: Buffer | undefined;
  /** Called after each full handshake: a resumed session carries no certificate. */
  readonly onCertificate?: (shown: X509Certificate) => void;
  /**
   * Called when a certificate is rejected because it is expired or not yet valid, since the failed connection does not
   * expose it.
   */
  readonly onUntimely?: () => void;
}

/** Of TLS, Node keeps buffers for as much as a connection ever read at once, up to 64 KiB each for what is read. */
const largeAnswerBytes = 16 * 1024;
/** Shorter than the time between pings, and longer than that between the calls of an engine that is used. */
const idleAfterLargeMs = 5_000;

const untimely: readonly string[] = ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'];

/**
 * Resumes the TLS session of any earlier connection to the engine, also of another agent: Node keeps sessions per
 * agent. A resumed connection takes half the memory and half the CPU of a full handshake.
 */
export class ResumingAgent extends https.Agent {
  readonly #session: LatestSession;
  /** What was read over each connection until its last call was over. */
  readonly #bytesRead = new WeakMap<Duplex, number>();
  readonly #grown = new WeakSet<Duplex>();

  constructor(options: AgentOptions, session: LatestSession) {
    super({ ...options, maxCachedSessions: 0 });
    this.#session = session;
  }

  /** All its connections lead to one engine: Node would join some twenty options to a name at each request. */
  override getName(): string {
    return 'engine';
  }

  override createConnection(...[options, callback]: Parameters<https.Agent['createConnection']>) {
    return this.open(options, callback);
  }

  protected open(...[options, callback]: Parameters<https.Agent['createConnection']>) {
    const resuming: RequestOptions & Pick<AgentOptions, 'session'> = { ...options, session: this.#session.latest };
    const socket = super.createConnection(resuming, callback);
    // Node sets this for plain connections alone. Without it, the kernel holds a request back for up to 40 ms on a
    // connection that is new, until the end of the handshake is acknowledged.
    if (socket instanceof TLSSocket) this.#keepFrom(socket.setNoDelay());
    return socket satisfies Duplex | null | undefined;
  }

  /**
   * A connection that carried a large answer is closed soon when it idles: with a thousand engines, each of which is
   * read completely now and then and only pinged otherwise, its buffers would stay for good.
   */
  override keepSocketAlive(socket: Duplex): boolean {
    const isKept = (super.keepSocketAlive as (socket: Duplex) => boolean).call(this, socket);
    if (socket instanceof TLSSocket && this.#hasGrown(socket)) {
      // The engine may have asked for less.
      socket.setTimeout(Math.min(socket.timeout || idleAfterLargeMs, idleAfterLargeMs));
    }
    return isKept;
  }

  #hasGrown(socket: TLSSocket): boolean {
    const { bytesRead } = socket;
    if (bytesRead - (this.#bytesRead.get(socket) ?? 0) > largeAnswerBytes) this.#grown.add(socket);
    this.#bytesRead.set(socket, bytesRead);
    return this.#grown.has(socket);
  }

  #keepFrom(socket: TLSSocket): void {
    socket.on('session', (session: Buffer) => {
      this.#session.latest = session;
    });
    socket.once('secureConnect', () => {
      const shown = socket.isSessionReused() ? undefined : socket.getPeerX509Certificate();
      if (shown) this.#session.onCertificate?.(shown);
    });
    socket.once('error', ({ code }: NodeJS.ErrnoException) => {
      if (code !== undefined && untimely.includes(code)) this.#session.onUntimely?.();
    });
    // A session that may be the cause of an error is dropped.
    socket.once('close', (hadError: boolean) => {
      if (hadError) this.#session.latest = undefined;
    });
  }
}
