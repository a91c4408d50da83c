import { isIP, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { connectedSockets } from './connected-sockets.ts';
import { ResumingAgent } from './resuming-agent.ts';

/** So many are open for requests that are still to come. */
const maxPrepared = 4;
/** One that nobody took until then is closed. */
const preparedMs = 5_000;

/**
 * Opens connections before they are needed: whoever asks an engine for a program needs a connection of its own right
 * after the answer, and its handshake takes as long as that answer. Each is used once.
 */
export class PreparingAgent extends ResumingAgent {
  /** The oldest first. */
  readonly #prepared: { readonly socket: Socket; readonly give: () => void }[] = [];

  /** For one of the next requests. Whether it succeeds is seen by that request. */
  prepare({ host, port }: { readonly host: string; readonly port: number }): void {
    if (this.#prepared.length >= maxPrepared) return;
    // As Node names the server of a request.
    const servername = isIP(host) ? '' : host;
    const socket = this.open({ ...this.options, host, port, servername }) as TLSSocket;
    const forget = () => {
      const at = this.#prepared.findIndex((each) => each.socket === socket);
      if (at >= 0) this.#prepared.splice(at, 1);
    };
    const timer = setTimeout(() => socket.destroy(), preparedMs).unref();
    const give = () => {
      clearTimeout(timer);
      socket.off('close', forget).off('end', forget);
      forget();
    };
    socket.once('secureConnect', () => void connectedSockets.add(socket));
    // Whoever gets it hears of its errors as well.
    socket
      .once('close', forget)
      .once('end', forget)
      .on('error', () => undefined);
    this.#prepared.push({ socket, give });
  }

  override createConnection(...asked: Parameters<ResumingAgent['createConnection']>) {
    const prepared = this.#prepared.find(({ socket }) => !socket.destroyed);
    if (!prepared) return super.createConnection(...asked);
    prepared.give();
    return prepared.socket;
  }

  /** Closes those that nobody took. */
  dropPrepared(): void {
    for (const { socket } of [...this.#prepared]) socket.destroy();
  }

  override destroy(): void {
    this.dropPrepared();
    super.destroy();
  }
}
