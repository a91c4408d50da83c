import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findDaemon } from '../../example/lab/daemon.ts';
import type { Lab } from '../../example/lab/lab.ts';
import { findFirstProcess } from '../../example/lab/namespaces.ts';
import { signal } from '../../example/lab/processes.ts';
import { eventually } from './satsuma-server.ts';

const timeoutMs = 60_000;

/** Tells the engine which runtimes there are besides runc, and which of all is the default, and waits until it knows. */
export async function setRuntimes(
  lab: Lab,
  n: number,
  paths: Readonly<Record<string, string>>,
  usual = 'runc',
): Promise<void> {
  const dir = join(lab.dir, String(n));
  const file = join(dir, 'etc', 'daemon.json');
  const config = JSON.parse(await readFile(file, 'utf8'));
  const runtimes = Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, { path }]));
  await writeFile(file, JSON.stringify({ ...config, runtimes, 'default-runtime': usual }));
  signal(findDaemon(findFirstProcess(dir) ?? 0) ?? 0, 'SIGHUP');
  const isSet = (answer: { body: string }) => {
    const { DefaultRuntime, Runtimes } = JSON.parse(answer.body);
    return DefaultRuntime === usual && Object.keys(paths).every((name) => name in Runtimes);
  };
  await eventually(() => lab.request(n, { path: '/info' }), isSet, timeoutMs);
}
