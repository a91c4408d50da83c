import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';

const main = resolve('dist/src/main.js');
const written = '\x1b[31mred\x1b[0m \x07 x\n';
const visible = '\\x1b[31mred\\x1b[0m \\x07 x\r\n';

/** A server whose every log is the same. Its job has a task that ended and one that runs. */
async function logs(t: ExecutionContext): Promise<string> {
  const tasks = [
    { slot: 1, attempt: 1, state: 'failed', container: null, log: written },
    { slot: 2, attempt: 1, state: 'running', container: 'web', log: '' },
  ];
  const server = createServer(({ url = '' }, response) => {
    const isLog = url.includes('/logs');
    response.end(isLog ? written : JSON.stringify({ ok: true, data: { tasks } }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const address = server.address();
  return `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

/** What a terminal is sent where a shell on it runs the line; `satsuma` stands for the program. */
async function onTerminal(t: ExecutionContext, host: string, line: string): Promise<string> {
  const shell = line.replace('satsuma', `'${process.execPath}' '${main}'`);
  // `script` tells its terminal no size where it has none itself.
  const child = spawn('script', ['-qec', shell, '/dev/null'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, SATSUMA_HOST: host },
  });
  t.teardown(() => child.kill('SIGKILL'));
  return await text(child.stdout);
}

test('a terminal obeys nothing of a log, whether it tells its size or not', async (t) => {
  const host = await logs(t);
  for (const words of ['logs web', 'logs -f web', 'service logs web', 'service logs -f web', 'job logs nightly 1']) {
    const shown = await onTerminal(t, host, `satsuma ${words}`);
    t.true(shown.includes(visible), `${words}: ${JSON.stringify(shown)}`);
    t.false(/\p{Cc}/u.test(shown.replace(/[\r\n]/g, '')), words);
  }
  t.is(await onTerminal(t, host, 'stty cols 100 rows 30; satsuma logs web'), visible);
});

test('standard output decides: a pipe gets the log as it is, whatever standard error is', async (t) => {
  const host = await logs(t);
  const obeyed = written.replaceAll('\n', '\r\n');
  t.is(await onTerminal(t, host, 'satsuma logs web | cat'), obeyed);
  t.is(await onTerminal(t, host, 'satsuma logs web 2>/dev/null'), visible);
  t.is(await onTerminal(t, host, 'satsuma logs --raw web'), obeyed);
});

test('colours are for terminals that have them, and for whoever did not say NO_COLOR', async (t) => {
  const server = createServer(({ url = '' }, response) => {
    const engine = { id: 'a', addr: 'unix:///a', status: 'down', cpus: 1, memory: 1, labels: [], error: 'gone' };
    response.end(url.includes('/logs') ? 'web  | one\napi  | two\n' : JSON.stringify({ ok: true, data: [engine] }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const address = server.address();
  const host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  for (const words of ['logs web api', 'engine ls']) {
    const shown = async (environment: string) =>
      await onTerminal(t, host, `unset NO_COLOR; export TERM=xterm ${environment}; satsuma ${words}`);
    t.true((await shown('')).includes('\x1b['), words);
    for (const without of ['NO_COLOR=1', 'TERM=dumb']) {
      const plain = await shown(without);
      t.true(plain.length > 20, plain);
      t.false(plain.includes('\x1b'), `${words} with ${without}: ${JSON.stringify(plain)}`);
    }
    t.false((await onTerminal(t, host, `unset NO_COLOR; export TERM=xterm; satsuma ${words} | cat`)).includes('\x1b'));
  }
});
