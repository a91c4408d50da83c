import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Sends a request, and reads the answer only as the socket is read. */
export async function openReader(address: string, path: string): Promise<Socket> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname).pause();
  // The server closes the connection of a stalled client.
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`);
  return socket;
}
