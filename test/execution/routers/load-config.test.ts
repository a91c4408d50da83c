import test from 'ava';
import type { EngineClient } from '../../../src/engines/engine-client.ts';
import { loadConfig } from '../../../src/execution/routers/load-config.ts';
import { runInRouter } from '../../../src/execution/routers/run-in-router.ts';
import type { ExecOptions, ProcessStream } from '../../../src/model/process-stream.ts';
import { fakeProcess } from '../../engines/fake-process.ts';

interface Said {
  readonly code?: number;
  readonly text?: string;
}

/** An engine whose containers answer programs so. */
function engineThat(answer: (cmd: readonly string[]) => Said) {
  const asked: string[] = [];
  const written: string[] = [];
  const startExec = async (_: string, { cmd }: ExecOptions): Promise<ProcessStream> => {
    asked.push(cmd.join(' '));
    const { code = 0, text = '' } = answer(cmd);
    const output = async function* () {
      yield { stream: 'stderr', bytes: Buffer.from(text) } as const;
    };
    return {
      ...{ output: output(), end: async () => ({ exitCode: code }), destroy: () => undefined },
      ...{ write: async () => undefined, closeInput: () => undefined, resize: async () => undefined },
    };
  };
  const putArchive = async (_: string, { path }: { readonly path: string }, archive: AsyncIterable<Buffer>) => {
    let text = '';
    for await (const chunk of archive) text += chunk;
    written.push(`${path} ${text}`);
  };
  return { client: { startExec, putArchive } as unknown as EngineClient, asked, written };
}

const wanted = (version: string) => ({ text: () => JSON.stringify({ for: version }), hash: `hash of ${version}` });
const absent = { code: 1, text: 'Error: sending configuration: dial unix /config/satsuma-admin.sock: no such file' };

test('a router is asked which Caddy it is, given what is for that one, and told to load it', async (t) => {
  const { client, asked, written } = engineThat(([, word]) =>
    word === 'version' ? { text: 'v2.10.2 h1:abc=\n' } : {},
  );
  t.deepEqual(await loadConfig(client, 'c1', wanted), { container: 'c1', hash: 'hash of 2.10.2', version: '2.10.2' });
  t.deepEqual(asked, [
    'caddy version',
    'caddy reload --config /config/satsuma.json --address unix//config/satsuma-admin.sock',
  ]);
  t.regex(written.join(), /^\/config satsuma\.json.*000600.*\{"for":"2\.10\.2"\}/s);
});

test('one that has loaded nothing yet is asked where Caddy listens by itself', async (t) => {
  const { client, asked } = engineThat((cmd) => (cmd.join(' ').includes('unix/') ? absent : { text: '2.6.2' }));
  t.like(await loadConfig(client, 'c1', wanted), { version: '2.6.2' });
  t.is(asked.at(-1), 'caddy reload --config /config/satsuma.json --address localhost:2019');
});

test('one that listens nowhere yet is asked again', async (t) => {
  let reloads = 0;
  const { client } = engineThat(([, word]) => {
    if (word === 'reload') reloads += 1;
    return word === 'reload' && reloads <= 4 ? absent : { text: '2.6.2' };
  });
  await loadConfig(client, 'c1', wanted);
  t.is(reloads, 5);
});

test('what Caddy says of a wrong configuration is told, without what a terminal would obey', async (t) => {
  const refusal = { code: 1, text: '{"level":"info"}\nError: loading: \u001b[31munknown module\n' };
  const { client, asked } = engineThat(([, word]) => (word === 'reload' ? refusal : { text: '2.6.2' }));
  const error = await t.throwsAsync(loadConfig(client, 'c1', wanted), { code: 'engine_failed' } as object);
  t.regex(error?.message ?? '', /did not load its configuration: Error: loading: \\x1b\[31munknown module$/);
  t.is(asked.length, 2);
});

test('a program that writes for ever or never ends is not waited for', async (t) => {
  for (const program of ['flood', 'hang']) {
    const startExec = async (_: string, { cmd, stdin }: ExecOptions, signal: AbortSignal) =>
      fakeProcess(cmd, { stdin, signal });
    const client = { startExec } as unknown as EngineClient;
    const code = program === 'flood' ? 'engine_failed' : 'engine_timeout';
    await t.throwsAsync(runInRouter(client, 'c1', [program], 50), { code } as object, program);
  }
});
