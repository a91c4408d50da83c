import { once } from 'node:events';
import { lstatSync, unlinkSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Server } from '@hapi/hapi';

/** Of the file: its owner alone may open it. */
const othersMask = 0o177;

/**
 * Has a server that listens on a Unix socket make it so that nobody else can open it, from its first moment. The file that a server
 * which was killed has left is taken away.
 */
export function guardSocket(server: Server, path: string): void {
  const { listener } = server;
  const listen = listener.listen.bind(listener) as (...given: unknown[]) => typeof listener;
  // The file is made in this very call.
  listener.listen = (...given: unknown[]) => {
    const before = process.umask(othersMask);
    try {
      return listen(...given);
    } finally {
      process.umask(before);
    }
  };
  // Clients of a socket have no host to name: some name its path, which makes no URL.
  const nameHost = ({ headers }: IncomingMessage) => {
    headers.host = 'localhost';
  };
  listener.prependListener('request', nameHost);
  listener.prependListener('upgrade', nameHost);
  server.ext('onPreStart', async () => {
    if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() && !(await isServed(path))) unlinkSync(path);
  });
}

async function isServed(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ECONNREFUSED';
  } finally {
    socket.destroy();
  }
}
