import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';

/** A proxy as one stands before several servers: each connection goes to the first that takes it. Returns its address. */
export async function startForwarder(t: ExecutionContext, addresses: readonly string[]): Promise<string> {
  const open = new Set<Socket>();
  const forwarder = createServer((client) => {
    open.add(client.on('error', () => client.destroy()).on('close', () => open.delete(client)));
    forward(client, addresses);
  });
  forwarder.listen(0, '127.0.0.1');
  await once(forwarder, 'listening');
  t.teardown(() => {
    forwarder.close();
    for (const each of open) each.destroy();
  });
  return `127.0.0.1:${(forwarder.address() as AddressInfo).port}`;
}

function forward(client: Socket, [first, ...others]: readonly string[]): void {
  if (first === undefined) {
    client.destroy();
    return;
  }
  const { hostname, port } = new URL(`http://${first}`);
  const server = connect(Number(port), hostname);
  let isTaken = false;
  server.once('connect', () => {
    isTaken = true;
    client.pipe(server).pipe(client);
  });
  server.on('error', () => (isTaken ? client.destroy() : forward(client, others)));
  server.on('close', () => isTaken && client.destroy());
  client.on('close', () => server.destroy());
}
