import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test from 'ava';
import { installTarball } from '../../scripts/try-tarball.ts';

test('what npm pack makes serves when it is installed into an empty folder', async (t) => {
  // npm says nothing while it installs.
  t.timeout(600_000);
  const { dir, satsuma } = installTarball({ isBuilt: true });
  t.teardown(() => rmSync(dir, { recursive: true, force: true }));
  const env = { PATH: process.env.PATH };
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };
  t.is(execFileSync(satsuma, ['--version'], { encoding: 'utf8', env }).trim(), version);

  const child = spawn(satsuma, ['serve', '--listen', '127.0.0.1:0', '--data-dir', join(dir, 'data')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env,
  });
  const ended = once(child, 'exit');
  t.teardown(() => child.kill('SIGKILL'));
  const address = await new Promise<string>((resolve, reject) => {
    ended.then(([code]) => reject(new Error(`the server ended with code ${code}`)), reject);
    createInterface({ input: child.stdout }).on('line', (line) => {
      const entry = JSON.parse(line) as { readonly msg: string; readonly address: string };
      if (entry.msg === 'listening') resolve(entry.address);
    });
  });
  t.is((await fetch(`${address}/readyz`)).status, 200);
  t.regex(
    execFileSync(satsuma, ['engine', 'ls'], { encoding: 'utf8', env: { ...env, SATSUMA_HOST: address } }),
    /^ID /,
  );
  child.kill('SIGTERM');
  t.is((await ended)[0], 0);
});
