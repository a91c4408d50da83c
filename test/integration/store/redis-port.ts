import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../../../example/lab/free-port.ts';

/** A node of a Cluster speaks to the others at a second port, so far above its own. */
const clusterBusOffset = 10_000;

/** Another process has the port, or the one for the other nodes of a Cluster. */
class PortTaken extends Error {}

/** Starts something on a free port. If another process takes the port before it listens, another port is tried. */
export async function onFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  for (;;) {
    const port = await freePort(clusterBusOffset);
    try {
      return await start(port);
    } catch (error) {
      if (!(error instanceof PortTaken)) throw error;
    }
  }
}

/** Why a `redis-server` ended, by its last words. Its stdout is a pipe. */
export async function whenEnded(child: ChildProcess): Promise<Error> {
  let words = '';
  child.stdout?.on('data', (text: Buffer) => {
    words = (words + text).slice(-2_000);
  });
  await once(child, 'close');
  const Reason = /already in use|Failed listening/.test(words) ? PortTaken : Error;
  return new Reason(`redis-server ended with ${child.exitCode}: ${words}`);
}

/** Resolves when the `redis-server` says so; rejects if it ends. */
export async function says(child: ChildProcess, words: RegExp): Promise<void> {
  const ended = whenEnded(child);
  let all = '';
  const said = new Promise<undefined>((resolve) => {
    child.stdout?.on('data', (text: Buffer) => {
      all += text;
      if (words.test(all)) resolve(undefined);
    });
  });
  const reason = await Promise.race([said, ended]);
  if (reason) throw reason;
}
