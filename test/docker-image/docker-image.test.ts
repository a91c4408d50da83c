import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { findFirstProcess } from '../../example/lab/namespaces.ts';
import { projectRoot } from '../../example/lab/project-root.ts';
import { run } from '../../example/lab/run.ts';
import { systemRoot } from '../../example/lab/system-root.ts';
import { call, eventually } from '../integration/satsuma-server.ts';
import { packNodeImage, startProxy } from './node-image.ts';

const base = {
  ...{ repo: 'node', tag: '22-bookworm-slim' },
  changes: 'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt',
};
const context = [
  'Dockerfile',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'web',
  'src',
  'schedulers',
];
const buildMs = 15 * 60_000;
let lab: Lab;

test.before(async () => {
  lab = await startLab({ name: 'dockerfile', engines: 1, image: true, attached: true });
});

test.after.always(async () => lab?.down());

test('the image is built from the Dockerfile, registers its own engine through the socket, and runs a container', async (t) => {
  t.timeout(2 * buildMs);
  const dir = await mkdtemp(join(lab.dir, 'image-'));
  const address = new URL(lab.engines[0]?.addr ?? '').hostname;
  const proxy = await startProxy(address.replace(/\.\d+$/, '.1'));
  t.teardown(() => proxy.close());
  const tar = { 'content-type': 'application/x-tar' };

  const archive = await packNodeImage(await systemRoot('26'), dir);
  const path = `/images/create?${new URLSearchParams({ fromSrc: '-', ...base })}`;
  const body = createReadStream(archive);
  const imported = await lab.request(1, { method: 'POST', path, headers: tar, body, timeoutMs: buildMs });
  t.false(imported.body.includes('errorDetail'), imported.body);

  const files = join(dir, 'context.tar');
  await run('tar', ['-C', projectRoot, '-cf', files, ...context]);
  const buildargs = JSON.stringify({ https_proxy: proxy.url });
  const built = await lab.request(1, {
    ...{ method: 'POST', path: `/build?${new URLSearchParams({ t: 'satsuma', buildargs })}`, headers: tar },
    ...{ body: createReadStream(files), timeoutMs: buildMs },
  });
  t.regex(built.body, /Successfully tagged satsuma:latest/, built.body.slice(-2_000));
  await rm(dir, { recursive: true });

  const socket = await stat(`/proc/${findFirstProcess(join(lab.dir, '1'))}/root/run/docker.sock`);
  const json = { 'content-type': 'application/json' };
  const server = {
    Image: 'satsuma',
    // As README has it.
    Cmd: ['serve', '--listen', '0.0.0.0:8080', '--insecure'],
    ExposedPorts: { '8080/tcp': {} },
    HostConfig: {
      Binds: ['/var/run/docker.sock:/var/run/docker.sock', 'satsuma:/data'],
      GroupAdd: [String(socket.gid)],
      PortBindings: { '8080/tcp': [{ HostPort: '8080' }] },
    },
  };
  const created = await lab.request(1, {
    method: 'POST',
    path: '/containers/create?name=satsuma',
    headers: json,
    body: JSON.stringify(server),
  });
  t.is(created.status, 201, created.body);
  t.is((await lab.request(1, { method: 'POST', path: '/containers/satsuma/start' })).status, 204);
  const api = `${address}:8080`;
  const health = async () =>
    JSON.parse((await lab.request(1, { path: '/containers/satsuma/json' })).body).State.Health.Status;
  t.is(await eventually(health, (status) => status !== 'starting', 60_000), 'healthy');

  const engine = { id: 'self', addr: 'unix:///var/run/docker.sock' };
  t.is((await call(api, 'POST', 'engine', engine)).status, 201);
  const ran = await call(api, 'POST', 'container', { name: 'demo/busybox:1', container_name: 'beside' });
  t.is(ran.status, 201, JSON.stringify(ran.data));
  const beside = JSON.parse((await lab.request(1, { path: '/containers/beside/json' })).body);
  t.true(beside.State.Running);

  t.is(
    (await lab.request(1, { method: 'POST', path: '/containers/satsuma/stop?t=30', timeoutMs: 60_000 })).status,
    204,
  );
  const { State } = JSON.parse((await lab.request(1, { path: '/containers/satsuma/json' })).body);
  t.is(State.ExitCode, 0);
});
