import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabEngine } from '../../example/lab/lab.ts';
import { type CertificateFiles, createAuthority } from '../../src/ca/authority.ts';
import type { Behaviour } from './behaviour.ts';
import { simulatedCpus, simulatedMemoryMiB } from './simulated-engine.ts';

/** Simulated engines in one process, with mutual TLS: for sizes that would not fit on a machine otherwise. */
export interface Simulator {
  readonly engines: readonly LabEngine[];
  /** The certificates for a client. */
  readonly client: CertificateFiles;
  readonly pid: number;
  /** Resolves when the behaviour is in effect. */
  behave(behaviour: Behaviour): Promise<void>;
  stop(): Promise<void>;
}

const main = new URL('main.ts', import.meta.url).pathname;

/** `dir`: the folder of the certificates until it stops. */
export async function startSimulator(count: number, dir: string): Promise<Simulator> {
  await rm(dir, { recursive: true, force: true });
  const authority = await createAuthority(join(dir, 'ca'));
  const { ca, cert, key } = await authority.issueEngine('simulator', ['127.0.0.1']);
  const client = await authority.issueClient('satsuma');
  const child = fork(main, [String(count), ca, cert, key], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const { ports } = await reported<{ ports: number[] }>(child);
  return {
    engines: ports.map((port, index) => ({
      id: `sim-${String(index).padStart(4, '0')}`,
      addr: `https://127.0.0.1:${port}`,
      cpus: simulatedCpus,
      memory: simulatedMemoryMiB,
      labels: [index % 2 === 0 ? 'even' : 'odd'],
    })),
    client,
    pid: child.pid ?? 0,
    async behave(behaviour) {
      child.send(behaviour);
      await reported(child);
    },
    async stop() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function reported<T>(child: ChildProcess): Promise<T> {
  const over = new AbortController();
  const ended = once(child, 'exit', { signal: over.signal }).then(() => {
    throw new Error('the simulator ended');
  });
  try {
    const [message] = await Promise.race([once(child, 'message', { signal: over.signal }), ended]);
    return message as T;
  } finally {
    over.abort();
    ended.catch(() => undefined);
  }
}
