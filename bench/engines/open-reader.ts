import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Asks for something, and reads nothing of the answer but what is read of the socket. */
export async function openReader(address: string, path: string): Promise<Socket> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname).pause();
  // The server gives a client up that reads nothing for long.
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`);
  return socket;
}
