import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { createServer } from 'node:http';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { temporaryFolder } from '../temporary-folder.ts';

const main = resolve('dist/src/main.js');

type Output = 'full' | 'closed';

/** The program in a process of its own, whose standard output is a full disk, or a pipe that nobody reads. */
function start(t: ExecutionContext, output: Output, words: readonly string[], host = '') {
  const stdout = output === 'full' ? openSync('/dev/full', 'w') : 'pipe';
  const child = spawn(process.execPath, [main, ...words], {
    stdio: ['ignore', stdout, 'pipe'],
    // Nothing else of ours: the server refuses settings that it does not know.
    env: { PATH: process.env.PATH, SATSUMA_HOST: host },
  });
  child.stdout?.destroy();
  t.teardown(() => child.kill('SIGKILL'));
  const ended = (async () => {
    const [err, [code]] = await Promise.all([child.stderr ? text(child.stderr) : '', once(child, 'exit')]);
    return { code, err };
  })();
  return { child, ended };
}

/** A server that takes everything, and what it was asked. */
async function yes(t: ExecutionContext) {
  const asked: string[] = [];
  const server = createServer(({ method, url }, response) => {
    asked.push(`${method} ${url}`);
    response.end(JSON.stringify({ ok: true, data: method === 'GET' ? [] : 'done' }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const address = server.address();
  return { asked, host: `127.0.0.1:${typeof address === 'object' ? address?.port : ''}` };
}

const lost = 'satsuma: cannot write the output: no space is left on the device\n';

test('a reader that has gone is no failure', async (t) => {
  const { host } = await yes(t);
  for (const words of [['--help'], ['ps'], ['ps', '--json'], ['logs', 'web']]) {
    t.deepEqual(await start(t, 'closed', words, host).ended, { code: 0, err: '' }, words.join(' '));
  }
});

test('output that does not fit on the disk is a sentence and exit code 1, and what was asked for is done', async (t) => {
  const { host, asked } = await yes(t);
  for (const words of [['--version'], ['service', '--help'], ['engine', 'ls'], ['logs', 'web']]) {
    t.deepEqual(await start(t, 'full', words, host).ended, { code: 1, err: lost }, words.join(' '));
  }
  t.deepEqual(await start(t, 'full', ['rm', '-f', 'a', 'b'], host).ended, { code: 1, err: lost });
  t.deepEqual(asked.slice(-2), ['DELETE /apiv1/container/a', 'DELETE /apiv1/container/b']);
});

test('a server whose log does not fit on the disk says so, serves on, and stops when it is asked to', async (t) => {
  const { host } = await yes(t);
  // Its log, which would tell the port, is lost. Nobody is given a port below those that the kernel gives.
  const port = 20_000 + (process.pid % 10_000);
  const listen = `127.0.0.1:${port}`;
  const { child, ended } = start(t, 'full', ['serve', '--listen', listen, '--data-dir', temporaryFolder(t)], host);
  const isReady = () =>
    fetch(`http://${listen}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (child.exitCode === null && !(await isReady())) await sleep(100);
  child.kill('SIGTERM');
  const { code, err } = await ended;
  t.is(code, 0, err);
  t.regex(err, /^satsuma: the log cannot be written, and the server goes on: ENOSPC.*\n$/);
});
