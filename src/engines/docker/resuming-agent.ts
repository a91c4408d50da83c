import type { X509Certificate } from 'node:crypto';
import https, { type AgentOptions, type RequestOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';

/** The latest TLS session of one engine, for all of its agents. */
export interface KeptSession {
  latest?: Buffer | undefined;
  /** Told at each handshake that took up no session: in one that does, none is shown. */
  readonly onCertificate?: (shown: X509Certificate) => void;
  /** Told when a certificate is not believed because it has ended or not begun: it cannot be read at that connection any more. */
  readonly onUntimely?: () => void;
}

const untimely: readonly string[] = ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'];

/**
 * Takes up the session of whichever connection to the engine came before, of another agent too: node keeps sessions by
 * the agent. A connection that resumes one takes half the memory and half the CPU of one with a handshake of its own.
 */
export class ResumingAgent extends https.Agent {
  readonly #session: KeptSession;

  constructor(options: AgentOptions, session: KeptSession) {
    super({ ...options, maxCachedSessions: 0 });
    this.#session = session;
  }

  override createConnection(...[options, callback]: Parameters<https.Agent['createConnection']>) {
    const resuming: RequestOptions & Pick<AgentOptions, 'session'> = { ...options, session: this.#session.latest };
    const socket = super.createConnection(resuming, callback);
    if (socket instanceof TLSSocket) this.#keepFrom(socket);
    return socket satisfies Duplex | null | undefined;
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
    // One that the engine may not like is not tried again.
    socket.once('close', (hadError: boolean) => {
      if (hadError) this.#session.latest = undefined;
    });
  }
}
