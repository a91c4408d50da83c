import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { folderContext } from '../../../src/cli/build/folder-context.ts';
import { createServer } from '../../../src/http/server.ts';
import { startCluster, type TestCluster } from '../../fixtures/harness.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { typed } from '../terminal.ts';

const fileBytes = 8 * 2 ** 20;

interface Line {
  readonly host: string;
  /** Bytes of requests so far. */
  readonly sent: () => number;
}

interface LineOptions {
  /** The server's address. */
  readonly to: () => string;
  /** After so many bytes of requests, once, all connections break. */
  readonly breaksAt: number;
  readonly onBreak?: () => void;
}

/** A line to a server that breaks once. */
async function breakingLine(
  t: ExecutionContext,
  { to, breaksAt, onBreak = () => undefined }: LineOptions,
): Promise<Line> {
  let sent = 0;
  let isBroken = false;
  const proxy = createTcpServer((client) => {
    const { hostname, port } = new URL(to());
    const server = connect(Number(port), hostname);
    const end = () => {
      client.destroy();
      server.destroy();
    };
    t.teardown(end);
    for (const each of [client, server]) each.on('error', end).on('close', end);
    server.pipe(client);
    client.on('data', (bytes) => {
      if (!isBroken && sent + bytes.length > breaksAt) {
        isBroken = true;
        onBreak();
        // What was sent before arrives.
        client.pause();
        server.end();
        client.destroy();
        return;
      }
      sent += bytes.length;
      if (!server.write(bytes)) {
        client.pause();
        server.once('drain', () => client.resume());
      }
    });
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  t.teardown(() => proxy.close());
  return { host: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, sent: () => sent };
}

async function startServer(t: ExecutionContext): Promise<{ readonly cluster: TestCluster; readonly uri: string }> {
  const cluster = await startCluster(t, { engines: 1 });
  const server = await createServer({
    ...{ host: '127.0.0.1', port: 0, allowedHosts: [], cluster, gate: 'open', configuration: {} },
  });
  await server.start();
  t.teardown(() => server.stop());
  return { cluster, uri: server.info.uri };
}

/** A folder, and the archive of it. */
async function project(t: ExecutionContext): Promise<{ readonly folder: string; readonly archive: Buffer }> {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'Dockerfile'), 'FROM demo/busybox:1\n');
  writeFileSync(join(folder, 'data'), randomBytes(fileBytes));
  const chunks: Buffer[] = [];
  for await (const each of folderContext(folder)) chunks.push(each);
  return { folder, archive: Buffer.concat(chunks) };
}

const isContext = (cluster: TestCluster, archive: Buffer) =>
  cluster.engines[0]?.builds.length === 1 && cluster.engines[0].builds[0]?.context.equals(archive);

test('an upload whose connection breaks half way goes on there, and the rest alone is sent again', async (t) => {
  const { cluster, uri } = await startServer(t);
  const { folder, archive } = await project(t);
  const { host, sent } = await breakingLine(t, { to: () => uri, breaksAt: fileBytes / 2 });
  const { code, err } = await typed(['build', '-t', 'web:1', folder], host);
  t.is(code, 0, err);
  t.true(isContext(cluster, archive));
  t.regex(
    err,
    /the upload broke off: trying again in 0\.5 s\ngoes on with the upload at [34]\.\d* ?MB of 8\.\d* ?MB\n/,
  );
  // What was under way when it broke may be sent twice.
  t.true(sent() < archive.length + 2 ** 20, String(sent()));
});

test('a server that has nothing of the upload any more gets it from the beginning', async (t) => {
  const [before, after] = [await startServer(t), await startServer(t)];
  const { folder, archive } = await project(t);
  let { uri } = before;
  const onBreak = () => {
    uri = after.uri;
  };
  const { host } = await breakingLine(t, { to: () => uri, breaksAt: fileBytes / 2, onBreak });
  const { code, err } = await typed(['build', '-t', 'web:1', folder], host);
  t.is(code, 0, err);
  t.is(before.cluster.engines[0]?.builds.length, 0);
  t.true(isContext(after.cluster, archive));
  t.regex(err, /the upload broke off: trying again/);
});

test('a small context is one request, without an upload', async (t) => {
  const { cluster, uri } = await startServer(t);
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'Dockerfile'), 'FROM demo/busybox:1\n');
  t.is((await typed(['build', '-t', 'web:1', folder], uri)).code, 0);
  t.is(cluster.engines[0]?.builds.length, 1);
});
