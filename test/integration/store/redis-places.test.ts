import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { RedisTlsOptions } from '../../../src/store/redis/address.ts';
import { openRedisStore } from '../../../src/store/redis/redis-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { addEngine, changesAfter, claim, reserve } from '../../store/fixtures.ts';
import { makeCertificates } from './redis-certificates.ts';
import { onFreePort, says } from './redis-port.ts';
import { RedisServer, untilItAnswers } from './redis-server.ts';

const dir = mkdtempSync(join(tmpdir(), 'satsuma-tls-'));
const certificates = makeCertificates(dir);
const { ca, client } = certificates;
const tls = { ca, ...client, serverName: 'redis.test' };
test.after.always(() => rmSync(dir, { recursive: true, force: true }));

async function startAt(t: ExecutionContext, ...settings: string[]): Promise<RedisServer> {
  const server = await RedisServer.start(...settings);
  t.teardown(() => server.remove());
  return server;
}

/** On a free port, with settings that depend on it; resolves with the port. */
async function startOnPort(t: ExecutionContext, settingsOf: (port: number) => readonly string[]): Promise<number> {
  return await onFreePort(async (port) => {
    await startAt(t, ...settingsOf(port));
    return port;
  });
}

const plain = (port: number) => ['--port', String(port), '--bind', '127.0.0.1'];

async function open(t: ExecutionContext, url: string, options: { tls?: RedisTlsOptions; prefix?: string } = {}) {
  const store = await openRedisStore({ url, ...options });
  t.teardown(() => store.close());
  return store;
}

/** What a server does first, its followers' connections included. */
async function works(t: ExecutionContext, store: Store): Promise<void> {
  await store.ping();
  const before = await store.head();
  const id = await reserve(store, await addEngine(store), [claim('cpu', 1)]);
  t.truthy(await store.bind(id, 'container'));
  t.is((await changesAfter(store, before, 3)).length, 3);
  t.deepEqual(await store.sums('alpha'), new Map([['cpu', 1]]));
}

async function isRefused(t: ExecutionContext, url: string, options: { tls?: RedisTlsOptions }, message: RegExp) {
  const error = await t.throwsAsync(() => open(t, url, options), { code: 'store_unavailable' });
  t.regex(error?.message ?? '', message);
}

test.serial('Redis over TLS, with a CA, a client certificate and a server name', async (t) => {
  const port = await startOnPort(t, certificates.server);
  const url = `rediss://127.0.0.1:${port}`;
  await works(t, await open(t, url, { tls }));
  await isRefused(t, url, {}, /shows a certificate of a CA that is not known here; give that CA as redis-ca-cert/);
  await isRefused(t, url, { tls: { ca, ...client } }, /a certificate for another name; .*redis-server-name/);
  await isRefused(
    t,
    url,
    { tls: { ca, serverName: 'redis.test' } },
    /wants a client certificate of TLS; give redis-ssl-cert/,
  );
  await isRefused(t, `redis://127.0.0.1:${port}`, {}, /wants TLS; give its address as rediss:\/\//);
});

test.serial('TLS to a port without it says so', async (t) => {
  const port = await startOnPort(t, plain);
  await isRefused(t, `rediss://127.0.0.1:${port}`, { tls }, /does not speak TLS; give its address as redis:\/\//);
});

test.serial('Redis by its socket, with a password and a database', async (t) => {
  const server = await startAt(t);
  await server.send('CONFIG SET requirepass p@ss');
  await works(t, await open(t, `redis+unix://:p%40ss@${server.url}?db=2`));
});

test.serial('Sentinels and Redis over TLS', async (t) => {
  const replicated = ['--port', '0', '--tls-replication', 'yes', '--repl-diskless-sync-delay', '0'];
  const replicatedAt = (port: number) => [...certificates.server(port), ...replicated];
  const primary = await startOnPort(t, replicatedAt);
  const second = await onFreePort((port) => startAt(t, ...replicatedAt(port)));
  await second.send(`REPLICAOF 127.0.0.1 ${primary}`);
  const conf = join(dir, 'sentinel.conf');
  const monitor = ['port 0', 'tls-replication yes', `sentinel monitor main 127.0.0.1 ${primary} 1`];
  const sentinel = await onFreePort(async (port) => {
    const args = certificates.server(port).map((each) => (each.startsWith('--') ? each.slice(2) : each));
    const pairs = Array.from({ length: args.length / 2 }, (_, at) => `${args[2 * at]} ${args[2 * at + 1]}`);
    writeFileSync(conf, `${[...pairs, `dir ${dir}`, ...monitor].join('\n')}\n`);
    const child = spawn('redis-server', [conf, '--sentinel'], { stdio: ['ignore', 'pipe', 'ignore'] });
    t.teardown(() => end(child));
    await says(child, /Sentinel ID is/);
    return port;
  });

  const url = `rediss+sentinel://127.0.0.1:${sentinel}/main`;
  const store = await eventually(() => openRedisStore({ url, tls }));
  t.teardown(() => store.close());
  await works(t, store);
  await isRefused(
    t,
    url.replace('rediss', 'redis'),
    {},
    /wants TLS; give its address as rediss:\/\/ \(rediss\+sentinel/,
  );
});

test.serial('a Cluster of three primaries: all keys on one node, found anew when they move', async (t) => {
  const ports: number[] = [];
  for (let count = 1; count <= 3; count++) {
    ports.push(await startOnPort(t, (port) => [...plain(port), '--cluster-enabled', 'yes']));
  }
  const nodes = ports.map((port) => `127.0.0.1:${port}`);
  execFileSync('redis-cli', ['--cluster', 'create', ...nodes, '--cluster-yes'], { stdio: 'ignore' });
  const cli = (port: number, ...args: string[]) =>
    execFileSync('redis-cli', ['-p', String(port), ...args], { encoding: 'utf8' }).trim();
  const isWell = () => ports.every((port) => cli(port, 'cluster', 'info').includes('cluster_state:ok'));
  await eventually(async () => isWell() || Promise.reject(new Error('the Cluster is not ready')));

  const url = `redis+cluster://${nodes[0]},${nodes[1]}`;
  const stores = await Promise.all(['satsuma', 'other', 'third'].map((prefix) => open(t, url, { prefix })));
  for (const store of stores) await works(t, store);
  const holding = ports.filter((port) => cli(port, 'dbsize') !== '0');
  t.true(holding.length >= 2, 'the prefixes are spread over the nodes');

  // The slot of the first store goes to another node; nothing is in it, which makes that one step.
  const slot = cli(ports[0] ?? 0, 'cluster', 'keyslot', '{satsuma}');
  const from = ports.find((port) => cli(port, '--scan', '--pattern', '{satsuma}:*') !== '') ?? 0;
  const to = ports.find((port) => port !== from) ?? 0;
  cli(from, 'flushall');
  const id = cli(to, 'cluster', 'myid');
  for (const port of [to, from, ...ports]) cli(port, 'cluster', 'setslot', slot, 'node', id);
  const [store] = stores as [Store, Store, Store];
  await untilItAnswers(store);
  await works(t, store);
  t.not(cli(to, '--scan', '--pattern', '{satsuma}:engine*'), '');

  await isRefused(
    t,
    `redis://127.0.0.1:${from}`,
    {},
    /does not serve these keys: .*give the nodes as redis\+cluster:\/\//,
  );
});

test.serial('a Redis that is no Cluster says so', async (t) => {
  const port = await startOnPort(t, plain);
  await isRefused(t, `redis+cluster://127.0.0.1:${port}`, {}, /is no Cluster; give its address as redis:\/\//);
});

test.serial('a node of a Cluster whose second port is taken before it starts is started on another port', async (t) => {
  const tried: number[] = [];
  const port = await startOnPort(t, (chosen) => {
    if (tried.push(chosen) === 1) {
      const taker = createServer().listen(chosen + 10_000, '127.0.0.1');
      t.teardown(() => taker.close());
    }
    return [...plain(chosen), '--cluster-enabled', 'yes'];
  });
  t.is(tried.at(-1), port);
  t.true(tried.length > 1);
});

async function eventually<T>(call: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + 30_000; ; ) {
    try {
      return await call();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
