import test, { type ExecutionContext } from 'ava';
import { startLab } from '../../../example/lab/lab.ts';
import { createAuthority } from '../../../src/ca/authority.ts';
import { openDockerPool } from '../../../src/engines/docker/pool.ts';
import type { EngineClient } from '../../../src/engines/engine-client.ts';
import type { EngineDeadlines } from '../../../src/model/engine-deadlines.ts';
import { SatsumaError } from '../../../src/model/errors.ts';
import type { ImageConfig } from '../../../src/model/image-config.ts';
import { material } from '../../engines/certificates.ts';
import { deadlines } from '../../engines/stub-engine.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const lab = await startLab({ name: 'engines-client', engines: 2, registry: true, image: true, attached: true });
const tls = material(lab.client);
const pool = openDockerPool({ tls, skipVerify: false, deadlines: { ...deadlines, startMs: 60_000 } });
test.after.always(async () => {
  pool.close();
  await lab.down();
});

const engine = lab.engines[0];
const neighbour = lab.engines[1];
if (!engine || !neighbour) throw new Error('the lab has two engines');
const client = pool.client(engine);

const image: ImageConfig = { name: 'demo/busybox:1', type: 'multi', restart_policy: {}, network_mode: 'none' };
const create = (name: string, asked: Partial<ImageConfig> = {}, labels = {}, on = client) =>
  on.createContainer({ image: { ...image, ...asked }, name, labels, maximumCpus: engine.cpus });
const fails = (call: Promise<unknown>) =>
  call.then(
    () => 'ok',
    (error: unknown) => (error instanceof SatsumaError ? error.code : error),
  );

test.serial('a handshake tells what the machine is', async (t) => {
  const { daemon: info, swarm } = await client.handshake();
  t.is(info.cpus, engine.cpus);
  t.regex(info.version, /^\d+\.\d+/);
  t.true(info.memory > 100);
  t.not(info.id, (await pool.client(neighbour).handshake()).daemon.id);
  t.is(swarm, undefined);
});

test.serial('a container is created, started, listed, inspected and removed', async (t) => {
  const asked: Partial<ImageConfig> = {
    cpus: 0.5,
    memory: 32,
    environment: { GREETING: 'a=b' },
    hostname: 'web-1',
    domain: 'example.test',
    args: ['sleep', '1000'],
    network_mode: 'bridge',
    bind_ports: [
      { proto: 'tcp', port: 8080, container_port: 80 },
      { proto: 'udp', container_port: 53 },
    ],
    volumes: ['/data', '/tmp:/host:ro'],
    restart_policy: { name: 'on-failure', maximum_retry: 2 },
  };
  const id = await create('web', asked, { 'satsuma.test': 'whole' });
  t.like(await listed('satsuma.test=whole'), { id, name: 'web', state: 'created', ports: [] });
  await client.startContainer(id);
  await client.startContainer(id);
  const summary = await listed('satsuma.test=whole');
  t.like(summary, { id, name: 'web', imageName: 'demo/busybox:1', state: 'running' });
  t.deepEqual(
    summary?.ports.map(({ proto, host_ip, container_port }) => ({ proto, host_ip, container_port })),
    [
      { proto: 'udp', host_ip: '0.0.0.0', container_port: 53 },
      { proto: 'tcp', host_ip: '0.0.0.0', container_port: 80 },
    ],
  );
  const detail = await client.inspectContainer('web');
  t.like(detail, {
    id,
    hostname: 'web-1',
    domain: 'example.test',
    args: ['sleep', '1000'],
    volumes: ['/data', '/tmp:/host:ro'],
    restartPolicy: { name: 'on-failure', maximum_retry: 2 },
    networkMode: 'bridge',
    cpus: 0.5,
    memory: 32,
  });
  t.is(detail.environment.GREETING, 'a=b');
  t.false('PATH' in detail.environment);
  t.deepEqual(detail.ports, summary?.ports);
  await client.removeContainer(id);
  t.is(await listed('satsuma.test=whole'), undefined);
  t.is(await fails(client.removeContainer(id)), 'no_such_container');
  t.is(await fails(client.inspectContainer(id)), 'no_such_container');
  t.is(await fails(client.startContainer(id)), 'no_such_container');
});

test.serial('a name that is taken and an image that is not there are told', async (t) => {
  const id = await create('twin');
  t.is(await fails(create('twin')), 'name_taken');
  t.is(await fails(create('other', { name: 'nowhere/nothing:1' })), 'no_such_image');
  t.is(await fails(create('other', { name: 'Not A Name' })), 'no_such_image');
  await client.removeContainer(id);
});

test.serial('a port that a foreign container holds is told, and the container stays to be removed', async (t) => {
  const body = JSON.stringify({
    Image: 'demo/busybox:1',
    HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '9000' }] } },
  });
  const headers = { 'content-type': 'application/json' };
  const made = await lab.request(1, { method: 'POST', path: '/containers/create?name=foreign', headers, body });
  await lab.request(1, { method: 'POST', path: '/containers/foreign/start' });
  t.is(made.status, 201);
  const bind_ports = [{ proto: 'tcp', port: 9000, container_port: 81 }] as const;
  const id = await create('late', { network_mode: 'bridge', bind_ports });
  const error = await t.throwsAsync(client.startContainer(id), { instanceOf: SatsumaError, code: 'port_taken' });
  t.regex(error?.message ?? '', /9000.*already allocated/);
  await client.removeContainer(id);
  await client.removeContainer('foreign');
});

test.serial('an address that the engine does not have is like a port that is taken', async (t) => {
  const bind_ports = [{ proto: 'tcp', host_ip: '192.0.2.1', port: 9001, container_port: 81 }] as const;
  const id = await create('elsewhere', { network_mode: 'bridge', bind_ports });
  t.is(await fails(client.startContainer(id)), 'port_taken');
  await client.removeContainer(id);
});

test.serial('two who remove one container at a time both learn that it goes', async (t) => {
  const id = await create('doomed');
  await client.startContainer(id);
  const outcomes = await Promise.all([1, 2, 3].map(() => fails(client.removeContainer(id))));
  t.true(outcomes.includes('ok'));
  for (const outcome of outcomes) t.true(['ok', 'container_busy', 'no_such_container'].includes(String(outcome)));
});

test.serial('an image is pulled from a registry, and one that it lacks is told', async (t) => {
  const name = `${lab.registry?.addr}/demo/pulled:1`;
  await lab.importImage(name, [1]);
  const headers = { 'x-registry-auth': Buffer.from('{}').toString('base64') };
  await lab.request(1, { method: 'POST', path: `/images/${name.replace(/:1$/, '')}/push?tag=1`, headers });
  const other = pool.client(neighbour);
  t.false((await other.listImages()).includes(name));
  t.is(await fails(create('pulled', { name }, {}, other)), 'no_such_image');
  const progress: string[] = [];
  await other.pullImage(name, { onProgress: ({ status }) => progress.push(status) });
  t.true(progress.length > 0);
  t.true((await other.listImages()).includes(name));
  await other.removeContainer(await create('pulled', { name }, {}, other));
  t.is(await fails(other.pullImage(`${lab.registry?.addr}/demo/pulled:2`)), 'no_such_image');
  t.is(await fails(other.pullImage(`${lab.registry?.addr}/demo/nothing`)), 'no_such_image');
  t.is(await fails(other.pullImage('127.0.0.1:1/demo/nothing')), 'engine_refused');
});

test.serial('a client of another CA is refused, and an engine of another CA is', async (t) => {
  const theirs = await createAuthority(temporaryFolder(t));
  const stranger = material(await theirs.issueClient('stranger'));
  const refused = limited(t, {}, { ...stranger, ca: tls.ca });
  await t.throwsAsync(refused.handshake(), {
    code: 'engine_certificate',
    message: /refuses the certificate in ssl-cert/,
  });
  const distrusting = limited(t, {}, { ...tls, ca: stranger.ca });
  await t.throwsAsync(distrusting.handshake(), { code: 'engine_certificate', message: /another CA than ca-cert/ });
});

test.serial('a paused engine is a timeout on a kept connection, and unreachable on a new one', async (t) => {
  const limits = { connectMs: 700, listMs: 800, createMs: 900 };
  const patient = limited(t, limits);
  await patient.handshake();
  await lab.pause(1);
  try {
    const start = performance.now();
    t.is(await fails(create('unknown', {}, {}, patient)), 'engine_timeout');
    t.is(await fails(limited(t, limits).listContainers()), 'engine_unreachable');
    t.true(performance.now() - start < 4000);
  } finally {
    await lab.resume(1);
  }
  // The request waited in the socket of the daemon, which carries it out: nothing was known of it for a reason.
  t.true(Array.isArray(await client.listContainers()));
  await client.removeContainer('unknown').catch(() => undefined);
});

test.serial('an engine that was partitioned away answers again when it is back', async (t) => {
  const hasty = limited(t, { connectMs: 700, listMs: 800 });
  await hasty.listContainers();
  await lab.partition(1);
  try {
    t.is(await fails(hasty.listContainers()), 'engine_timeout');
    t.is(await fails(hasty.listContainers()), 'engine_unreachable');
  } finally {
    await lab.heal(1);
  }
  t.is(await fails(client.listContainers()), 'ok');
});

test.serial('a daemon that died is unreachable, and its next life is reached over the same client', async (t) => {
  await Promise.all(Array.from({ length: 8 }, () => client.listContainers()));
  await lab.kill(1);
  try {
    t.is(await fails(client.listContainers()), 'engine_unreachable');
    t.is(await fails(create('never')), 'engine_unreachable');
  } finally {
    await lab.start(1);
  }
  t.deepEqual(await Promise.all(Array.from({ length: 8 }, () => fails(client.listContainers()))), Array(8).fill('ok'));
});

async function listed(label: string) {
  return (await client.listContainers({ label }))[0];
}

/** A client of the first engine with connections of its own. */
function limited(t: ExecutionContext, limits: Partial<EngineDeadlines>, certificates = tls): EngineClient {
  const own = openDockerPool({ tls: certificates, skipVerify: false, deadlines: { ...deadlines, ...limits } });
  t.teardown(() => own.close());
  return own.client({ id: 'limited', addr: engine?.addr ?? '' });
}
