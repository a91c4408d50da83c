import { once } from 'node:events';
import { lstatSync, unlinkSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Server } from '@hapi/hapi';

/** Makes the socket file accessible to its owner only. */
const othersMask = 0o177;

/**
 * Creates a server's Unix socket so that no other user can ever open it. Removes the socket file of a killed server.
 */
export function guardSocket(server: Server, path: string): void {
  const { listener } = server;
  const listen = listener.listen.bind(listener) as (...given: unknown[]) => typeof listener;
  // The file is created synchronously in this call.
  listener.listen = (...given: unknown[]) => {
    const before = process.umask(othersMask);
    try {
      return listen(...given);
    } finally {
      process.umask(before);
    }
  };
  // Clients of a socket have no host name: some send its path, which is not a valid host.
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
