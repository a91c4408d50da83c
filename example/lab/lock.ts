import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from './lab-error.ts';

const waitMs = 120_000;

/**
 * Runs `work` exclusively on this machine under a key. The lock is an abstract socket: the kernel frees it when its
 * holder dies, so there are no stale locks.
 */
export async function withLock<T>(key: string, work: () => Promise<T>): Promise<T> {
  const server = await takeLock(key);
  try {
    return await work();
  } finally {
    server.close();
  }
}

async function takeLock(key: string): Promise<Server> {
  const deadline = performance.now() + waitMs;
  while (performance.now() < deadline) {
    const server = await listen(key);
    if (server !== undefined) return server;
    await sleep(50);
  }
  throw new LabError('command_failed', `Another process works on ${key} and does not end.`);
}

function listen(key: string): Promise<Server | undefined> {
  const name = `\0satsuma-lab-${createHash('sha256').update(key).digest('hex')}`;
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(name, () => resolve(server.unref()));
  });
}
