import { createConnection, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

// Whether TLS is what is in the way, asked once a connection has failed. Nothing secret is sent, and nobody's
// certificate is believed.

/** Where Redis, or the first of its Sentinels or nodes, was looked for. */
export interface ProbedPlace {
  readonly host: string;
  readonly port: number;
  /** How it was spoken to. */
  readonly isTls: boolean;
}

const answerWithinMs = 1_000;

/** What is spoken at the address instead of what was tried; nothing where that is not known. */
export async function otherProtocol({ host, port, isTls }: ProbedPlace): Promise<'plain' | 'tls' | undefined> {
  if (isTls) return (await speaksPlain(host, port)) ? 'plain' : undefined;
  return (await speaksTls(host, port)) ? 'tls' : undefined;
}

function speaksTls(host: string, port: number): Promise<boolean> {
  const socket = connectTls({ host, port, rejectUnauthorized: false });
  return answerOf(socket, (answer) => {
    socket.once('secureConnect', () => answer(true));
    // An alert is an answer in TLS: it wants another version, or a client's certificate.
    socket.once('error', (error) => answer(/alert/.test(error.message)));
  });
}

function speaksPlain(host: string, port: number): Promise<boolean> {
  const socket = createConnection({ host, port });
  return answerOf(socket, (answer) => {
    socket.once('connect', () => socket.write('PING\r\n'));
    // Without a password the answer is an error, and an answer all the same.
    socket.once('data', (data) => answer(/^[+-]/.test(data.toString('latin1'))));
    socket.once('error', () => answer(false));
  });
}

/** False where the socket is closed, or says nothing in time. */
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
