import { connect } from 'node:tls';

const answerWithinMs = 1_000;

/**
 * Whether something at the address answers as TLS does. Only to tell what is wrong: nothing is sent, and nobody's
 * certificate is believed.
 */
export function speaksTls({ host, port }: { readonly host: string; readonly port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, rejectUnauthorized: false, timeout: answerWithinMs });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('secureConnect', () => end(true));
    // An alert is an answer in TLS: it wants another version, or a client's certificate.
    socket.once('error', (error) => end(/alert/.test(error.message)));
    socket.once('timeout', () => end(false));
    socket.once('close', () => end(false));
  });
}
