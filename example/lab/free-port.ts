import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

const lowest = 15_000;
/** Where the system's own ports for outgoing connections begin: none of them takes a port before it is used. */
const ephemeral = 32_768;

/** A port that is free, and so are those that are `offsets` above it. */
export async function freePort(...offsets: readonly number[]): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, ephemeral - Math.max(0, ...offsets));
    const wanted = [port, ...offsets.map((offset) => port + offset)];
    if ((await Promise.all(wanted.map(isFree))).every(Boolean)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer().listen(port, '127.0.0.1');
  const isListening = await once(probe, 'listening').then(
    () => true,
    () => false,
  );
  if (!isListening) return false;
  probe.close();
  await once(probe, 'close');
  return true;
}
