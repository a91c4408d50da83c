import test from 'ava';
import type { Answer, ApiTransport } from '../../src/cli/api-client.ts';
import { ApiError, apiClient } from '../../src/cli/api-client.ts';
import type { Io } from '../../src/cli/io.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { createServer } from '../../src/http/server.ts';
import { startCluster } from '../fixtures/harness.ts';
import { noContexts } from './terminal.ts';

const hostile = '\x1b[2J\x07\x1b]0;title\x07\n\r\u009b31m\u202e';
const shown = '\\x1b[2J\\x07';
/** All but the new line of a table. */
const obeyed = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

interface Typed {
  readonly out: string;
  readonly err: string;
}

async function typed(
  line: string,
  api: ApiTransport,
  logs: readonly string[] = [],
  isTerminal = false,
): Promise<Typed> {
  const said = { out: '', err: '' };
  const io: Io = {
    stdout: (text) => {
      said.out += text;
    },
    stderr: (text) => {
      said.err += text;
    },
    control: () => undefined,
    pipe: async (bytes) => {
      said.out += bytes;
      return true;
    },
    terminal: () => (isTerminal ? { columns: 200, rows: 50 } : undefined),
  };
  const stream = async function* () {
    for (const each of logs) yield Buffer.from(each);
  };
  await runCli(['node', 'satsuma', ...line.split(' ')], {
    ...{ io, api, stream, serve: () => Promise.resolve() },
    transfer: () => Promise.reject(new Error('not here')),
    session: () => Promise.reject(new Error('not here')),
    contexts: noContexts,
  });
  return said;
}

/** As JSON, with the hostile text behind every text in it. */
function corrupted<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_, each) => (typeof each === 'string' ? `${each}${hostile}` : each)) as T;
}

const readers = [
  ...['ps -a', 'engine ls', 'catalog', 'cluster', 'image ls', 'service ls', 'service ps web', 'service history web'],
  ...[
    'job ls',
    'job runs report',
    'job ps report',
    'rehearse lose engine1',
    'rebalance --dry-run',
    'engine rm engine1',
  ],
  ...['plan busybox --type label', 'service plan web busybox', 'stop web', 'engine set engine1 --cpus 2', 'rm web'],
];

test('no table, message or line of progress passes on what a terminal obeys', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  const options = { host: '127.0.0.1', port: 0, allowedHosts: [], cluster, configuration: {} };
  const server = await createServer(options);
  await server.start();
  t.teardown(() => server.stop());
  const real = apiClient(server.info.uri);
  const image = { name: 'demo/busybox:1' };
  await real('POST', 'apiv1/container', { ...image, type: 'label', container_name: 'web' });
  await real('POST', 'apiv1/service', { name: 'web', replicas: 1, image });
  await real('POST', 'apiv1/job', { name: 'report', image });
  await real('POST', 'apiv1/job/report/run', {}).catch(() => undefined);
  let isHostile = false;
  const api: ApiTransport = async (...call): Promise<Answer> => {
    try {
      const answer = await real(...call);
      return isHostile ? corrupted(answer) : answer;
    } catch (error) {
      if (!(error instanceof ApiError) || !isHostile) throw error;
      throw new ApiError(error.status, `${error.message}${hostile}`, corrupted(error.details ?? {}));
    }
  };
  const reported: string[] = [];
  for (const line of readers) {
    isHostile = true;
    const { out, err } = await typed(line, api);
    t.notRegex(`${out}${err}`.replaceAll('\n', ''), obeyed, line);
    if (out.includes(shown) || err.includes(shown)) reported.push(line);
    // Each value stays on its own line.
    t.notRegex(`${out}${err}`, /^\\r/m, line);
  }
  t.true(reported.length >= 12, reported.join(', '));
});

test('JSON is what the API answered, and nothing of it is obeyed', async (t) => {
  const answer = corrupted({ ok: true, data: [{ id: 'one', labels: ['a'] }] });
  for (const line of ['engine ls --json', 'engine show one', 'inspect one']) {
    const { out } = await typed(line, async () => answer);
    t.deepEqual(JSON.parse(out), answer.data);
    t.notRegex(out.replaceAll('\n', ''), obeyed);
  }
});

const written = ['one \x1b[31mred\x1b[0m\r', '\ntwo\r\n', 'three', '\x07 ä\n'];

test('logs pass unchanged to a pipe, and to a terminal when they are asked for raw', async (t) => {
  const api = () => Promise.reject(new Error('not here'));
  t.is((await typed('logs web', api, written)).out, written.join(''));
  t.is((await typed('logs --raw web', api, written, true)).out, written.join(''));
  t.is((await typed('service logs --raw web', api, written, true)).out, written.join(''));
});

test('logs on a terminal are made visible', async (t) => {
  const api = () => Promise.reject(new Error('not here'));
  const visible = 'one \\x1b[31mred\\x1b[0m\ntwo\nthree\\x07 ä\n';
  t.is((await typed('logs web', api, written, true)).out, visible);
  t.is((await typed('service logs web', api, written, true)).out, visible);
});
