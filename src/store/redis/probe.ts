import { createConnection, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

// Detects a TLS mismatch after a failed connection. Sends no secrets, and trusts no certificate.

/** The address of Redis, or of its first Sentinel or node. */
export interface ProbedEndpoint {
  readonly host: string;
  readonly port: number;
  /** The protocol that was tried. */
  readonly isTls: boolean;
}

const answerWithinMs = 1_000;

/** The protocol at the address if it is the other one; undefined if unknown. */
export async function detectProtocol({ host, port, isTls }: ProbedEndpoint): Promise<'plain' | 'tls' | undefined> {
  if (isTls) return (await speaksPlain(host, port)) ? 'plain' : undefined;
  return (await speaksTls(host, port)) ? 'tls' : undefined;
}

function speaksTls(host: string, port: number): Promise<boolean> {
  const socket = connectTls({ host, port, rejectUnauthorized: false });
  return answerOf(socket, (answer) => {
    socket.once('secureConnect', () => answer(true));
    // An alert is a TLS answer: it requires another version, or a client certificate.
    socket.once('error', (error) => answer(/alert/.test(error.message)));
  });
}

function speaksPlain(host: string, port: number): Promise<boolean> {
  const socket = createConnection({ host, port });
  return answerOf(socket, (answer) => {
    socket.once('connect', () => socket.write('PING\r\n'));
    // Without a password, the answer is an error, which suffices.
    socket.once('data', (data) => answer(/^[+-]/.test(data.toString('latin1'))));
    socket.once('error', () => answer(false));
  });
}

/** False if the socket closes or stays silent. */
async function answerOf(socket: Socket, listen: (answer: (is: boolean) => void) => void): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<boolean>((resolve) => {
      listen(resolve);
      socket.once('close', () => resolve(false));
      timer = setTimeout(() => resolve(false), answerWithinMs);
    });
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}
