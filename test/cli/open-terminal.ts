import type { ExecutionContext } from 'ava';
import { apiClient, apiStream } from '../../src/cli/api-client.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { createServer } from '../../src/http/server.ts';
import { startCluster, type TestCluster } from '../cluster/harness.ts';

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface OpenTerminal {
  readonly cluster: TestCluster;
  /** A line as it is typed, without any quotes; or its words. */
  type(line: string | readonly string[]): Promise<Outcome>;
}

/** A terminal on a real HTTP server with two fake engines. */
export async function openTerminal(t: ExecutionContext): Promise<OpenTerminal> {
  const cluster = await startCluster(t, { engines: 2 });
  const options = { host: '127.0.0.1', port: 0, loopbackOnly: true, cluster, configuration: {} };
  const server = await createServer(options);
  await server.start();
  t.teardown(() => server.stop());
  return { cluster, type: (line) => typed(line, server.info.uri) };
}

export async function typed(line: string | readonly string[], host: string): Promise<Outcome> {
  const said = { out: '', err: '' };
  const io = {
    stdout: (text: string) => {
      said.out += text;
    },
    stderr: (text: string) => {
      said.err += text;
    },
    pipe: async (bytes: Buffer) => {
      said.out += bytes;
      return true;
    },
  };
  const never = () => Promise.reject(new Error('not here'));
  const words = typeof line === 'string' ? line.split(' ').filter(Boolean) : line;
  const code = await runCli(['node', 'satsuma', ...words], {
    io,
    serve: never,
    api: apiClient(host),
    stream: apiStream(host),
  });
  return { code, ...said };
}
