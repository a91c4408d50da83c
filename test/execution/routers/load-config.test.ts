import test from 'ava';
import type { EngineClient } from '../../../src/engines/engine-client.ts';
import { loadConfig } from '../../../src/execution/routers/load-config.ts';
import { runInRouter } from '../../../src/execution/routers/run-in-router.ts';
import { SatsumaError } from '../../../src/model/errors.ts';
import type { ExecOptions, ProcessStream } from '../../../src/model/process-stream.ts';
import type { LoadedConfig } from '../../../src/model/router.ts';
import { fakeProcess } from '../../engines/fake-process.ts';

interface Said {
  readonly code?: number;
  readonly text?: string;
}

/** An engine whose containers answer programs so. */
function engineThat(answer: (cmd: readonly string[]) => Said, running: readonly (readonly string[])[] = []) {
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
  const listProcesses = async () => ({ titles: ['PID', 'CMD'], processes: [['1', 'caddy run --resume'], ...running] });
  return { client: { startExec, putArchive, listProcesses } as unknown as EngineClient, asked, written };
}

const wanted = (version: string) => ({
  ...{ text: () => JSON.stringify({ for: version }), hash: `hash of ${version}`, domains: [] },
});
const absent = { code: 1, text: 'Error: sending configuration: dial unix /config/satsuma-admin.sock: no such file' };

test('a router reports Caddy’s version, receives its configuration, and loads it', async (t) => {
  const { client, asked, written } = engineThat(([, word]) =>
    word === 'version' ? { text: 'v2.10.2 h1:abc=\n' } : {},
  );
  t.deepEqual(await loadConfig(client, 'c1', wanted), {
    ...{ container: 'c1', hash: 'hash of 2.10.2', version: '2.10.2', domainsAt: 0 },
  });
  t.deepEqual(asked, [
    'caddy version',
    'caddy reload --config /config/satsuma.json --address unix//config/satsuma-admin.sock',
  ]);
  t.regex(written.join(), /^\/config satsuma\.json.*000600.*\{"for":"2\.10\.2"\}/s);
});

test('a router without a loaded configuration is reached at Caddy’s default address', async (t) => {
  const { client, asked } = engineThat((cmd) => (cmd.join(' ').includes('unix/') ? absent : { text: '2.6.2' }));
  t.like(await loadConfig(client, 'c1', wanted), { version: '2.6.2' });
  t.is(asked.at(-1), 'caddy reload --config /config/satsuma.json --address localhost:2019');
});

test('a router that does not listen yet is retried', async (t) => {
  let reloads = 0;
  const { client } = engineThat(([, word]) => {
    if (word === 'reload') reloads += 1;
    return word === 'reload' && reloads <= 4 ? absent : { text: '2.6.2' };
  });
  await loadConfig(client, 'c1', wanted);
  t.is(reloads, 5);
});

test('while a program that was given up still runs there, no other one is started', async (t) => {
  for (const cmd of ['caddy reload --config /config/satsuma.json --address localhost:2019', '/usr/bin/caddy version']) {
    const { client, asked, written } = engineThat(() => ({ text: '2.6.2' }), [['7', cmd]]);
    const error = await t.throwsAsync(loadConfig(client, '0123456789abcdef', wanted), {
      code: 'engine_timeout',
    } as object);
    t.regex(error?.message ?? '', /Caddy hangs.*"satsuma restart 0123456789ab" ends it/);
    t.deepEqual([asked, written], [[], []]);
  }
  const { client } = engineThat(() => ({ text: '2.6.2' }), [['7', 'caddy reload --config /etc/caddy/Caddyfile']]);
  t.like(await loadConfig(client, 'c1', wanted), { version: '2.6.2' }, "somebody else's is none of it");
});

test('an engine that cannot list processes loads all the same', async (t) => {
  const { client } = engineThat(() => ({ text: '2.6.2' }));
  const listProcesses = async () => {
    throw new SatsumaError('engine_failed', 'no ps');
  };
  t.like(await loadConfig({ ...client, listProcesses } as EngineClient, 'c1', wanted), { version: '2.6.2' });
});

test('Caddy’s error is reported, without control characters', async (t) => {
  const refusal = { code: 1, text: '{"level":"info"}\nError: loading: \u001b[31munknown module\n' };
  const { client, asked } = engineThat(([, word]) => (word === 'reload' ? refusal : { text: '2.6.2' }));
  const error = await t.throwsAsync(loadConfig(client, 'c1', wanted), { code: 'engine_failed' } as object);
  t.regex(error?.message ?? '', /did not load its configuration: Error: loading: \\x1b\[31munknown module$/);
  t.is(asked.length, 2);
});

/** A router whose Caddy refuses every configuration that has one of these domains in it, in the words of a real one. */
function routerThatRefuses(bad: ReadonlySet<string>) {
  const served: string[][] = [];
  let written: string[] = [];
  let reloads = 0;
  const { client } = engineThat(([, word]) => {
    if (word === 'version') return { text: 'v2.6.2' };
    reloads += 1;
    const wrong = written.find((name) => bad.has(name));
    if (wrong === undefined) served.push(written);
    const sentence = `loading new config: tls app module: start: automate: managing [${written.join(' ')}]: ${wrong}: no such label`;
    const answer = JSON.stringify({ error: sentence });
    return wrong === undefined ? {} : { code: 1, text: `Error: sending configuration: HTTP 400: ${answer}\n` };
  });
  const router = {
    ...client,
    putArchive: async (_: string, __: object, archive: AsyncIterable<Buffer>) => {
      let text = '';
      for await (const chunk of archive) text += chunk;
      written = /names:(.*):/.exec(text)?.[1]?.split(',').filter(Boolean) ?? [];
    },
  } as unknown as EngineClient;
  const config = (domains: Readonly<Record<string, number>>) => ({
    domains: Object.entries(domains).map(([name, version]) => ({ name, version })),
    hash: JSON.stringify(domains),
    text: (without: ReadonlySet<string> = new Set()) =>
      `names:${Object.keys(domains)
        .filter((name) => !without.has(name))
        .join()}:`,
  });
  const load = async (domains: Readonly<Record<string, number>>, before?: LoadedConfig) => {
    reloads = 0;
    served.length = 0;
    const loaded = await loadConfig(router, 'c1', () => config(domains), before);
    return { loaded, served: served.map((each) => each.join(' ')), reloads };
  };
  return { load };
}

test('a refused domain is omitted, and the others are served throughout', async (t) => {
  const { load } = routerThatRefuses(new Set(['bad.test']));
  const first = await load({ 'a.test': 1, 'c.test': 2 });
  t.is(first.loaded.refused, undefined);
  const second = await load({ 'a.test': 1, 'bad.test': 4, 'c.test': 2, 'new.test': 3 }, first.loaded);
  t.deepEqual(second.loaded.refused, {
    'bad.test': {
      at: 4,
      reason: 'loading new config: tls app module: start: automate: managing: bad.test: no such label',
    },
  });
  t.is(second.served.at(-1)?.split(' ').sort().join(' '), 'a.test c.test new.test');
  t.true(second.served.every((each) => /a\.test.*c\.test/.test(each)));
  // What is refused and did not change is in nobody's way: another change is loaded at once.
  const third = await load({ 'a.test': 5, 'bad.test': 4, 'c.test': 2, 'new.test': 3 }, second.loaded);
  t.is(third.reloads, 1);
  t.deepEqual(Object.keys(third.loaded.refused ?? {}), ['bad.test']);
  const mended = await load(
    { 'a.test': 5, 'bad.test': 6, 'c.test': 2, 'new.test': 3 },
    {
      ...third.loaded,
      refused: { 'bad.test': { at: 5, reason: '' } },
    },
  );
  t.deepEqual(Object.keys(mended.loaded.refused ?? {}), ['bad.test'], 'one that changed is tried');
  t.true(mended.reloads > 1);
});

test('on a new router, all refused domains are found, and the reason of one names no other', async (t) => {
  const domains = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`d${n}.test`, n + 1]));
  const { load } = routerThatRefuses(new Set(['d7.test', 'd150.test']));
  const { loaded, reloads } = await load(domains);
  t.deepEqual(Object.keys(loaded.refused ?? {}).sort(), ['d150.test', 'd7.test']);
  t.is(Object.values(loaded.refused ?? {}).filter(({ reason }) => /d1\.test|d199/.test(reason)).length, 0);
  t.true(reloads < 40, String(reloads));
  // Loaded again as it is, it is seen whether they are refused still.
  const free = routerThatRefuses(new Set());
  t.is((await free.load(domains, loaded)).loaded.refused, undefined);
});

test('too many refused domains, or another error, are reported as is', async (t) => {
  const domains = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`d${n}.test`, n + 1]));
  const most = routerThatRefuses(new Set(Object.keys(domains).filter((name) => name !== 'd0.test')));
  await t.throwsAsync(most.load(domains), { message: /refuses 199 domains, which is too many/ });
  const all = routerThatRefuses(new Set(Object.keys(domains)));
  await t.throwsAsync(all.load(domains), { message: /^Caddy did not load its configuration: .*no such label$/ });
  const settled = { container: 'c1', hash: 'another', version: '2.6.2', domainsAt: 200 };
  const error = await t.throwsAsync(all.load(domains, settled), { message: /no such label/ });
  t.false(error?.message.includes('d1.test'), 'nor are others named in it');
});

test('an endless program is not waited for', async (t) => {
  for (const program of ['flood', 'hang']) {
    const startExec = async (_: string, { cmd, stdin }: ExecOptions, signal: AbortSignal) =>
      fakeProcess(cmd, { stdin, signal });
    const client = { startExec } as unknown as EngineClient;
    const code = program === 'flood' ? 'engine_failed' : 'engine_timeout';
    await t.throwsAsync(runInRouter(client, 'c1', [program], 50), { code } as object, program);
  }
});
