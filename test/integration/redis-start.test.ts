import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { startRedis } from './store/redis-server.ts';

const main = resolve('dist/src/main.js');

interface Started {
  readonly child: ChildProcess;
  /** What it wrote when it listens, or has ended. */
  readonly output: string;
}

/** A server without engines, as a user starts it. */
async function serve(t: ExecutionContext, url: string, settings: Record<string, string> = {}): Promise<Started> {
  const env = { PATH: process.env.PATH, SATSUMA_REDIS_URL: url, SATSUMA_LISTEN_ADDR: '127.0.0.1:0', ...settings };
  const child = spawn(process.execPath, [main, 'serve'], { stdio: ['ignore', 'pipe', 'pipe'], env });
  t.teardown(() => child.kill('SIGKILL'));
  let output = '';
  const listens = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data) => {
        output += data;
        if (output.includes('"listening"')) resolve();
      });
    }
  });
  await Promise.race([listens, once(child, 'close')]);
  return { child, output };
}

async function end({ child }: Started, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal);
  await once(child, 'exit');
}

test.serial('a server with other settings refuses to start beside one that runs, and says which', async (t) => {
  const { url } = await startRedis(t);
  const first = await serve(t, url);
  t.regex(first.output, /"listening"/);
  const other = await serve(t, url, { SATSUMA_OVERCOMMIT: '2', SATSUMA_TYPES: '{"web":["label"]}' });
  t.is(other.child.exitCode, 2);
  t.regex(
    other.output,
    /has other settings: "overcommit" is 2 here and 1 there; "types" is .*web.* here and \{\} there/,
  );
  const same = await serve(t, url);
  t.regex(same.output, /"listening"/);
  await end(same, 'SIGTERM');

  await end(first, 'SIGTERM');
  const changed = await serve(t, url, { SATSUMA_OVERCOMMIT: '2' });
  t.regex(changed.output, /"listening"/);
  await end(changed, 'SIGKILL');
  const again = await serve(t, url, { SATSUMA_OVERCOMMIT: '3' });
  t.regex(again.output, /looking whether another server lives/);
  t.regex(again.output, /"listening"/);
  await end(again, 'SIGTERM');
});

test.serial('a server does not start on a Redis that takes no writes, and says why', async (t) => {
  const { redis, url } = await startRedis(t);
  await redis.send('REPLICAOF 127.0.0.1 1');
  const refused = await serve(t, url);
  t.is(refused.child.exitCode, 1);
  t.regex(refused.output, /is a replica and takes no writes; give the address of the primary/);
  await redis.send('REPLICAOF NO ONE');
  await redis.send('CONFIG SET maxmemory-policy allkeys-lru');
  await redis.send('CONFIG SET maxmemory 100mb');
  const evicting = await serve(t, url);
  t.is(evicting.child.exitCode, 1);
  t.regex(evicting.output, /may evict records when its memory is full \(maxmemory-policy allkeys-lru\)/);
});
