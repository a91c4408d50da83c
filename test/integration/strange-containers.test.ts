import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { tlsRequest } from '../../example/lab/tls-request.ts';
import { createAuthority } from '../../src/ca/authority.ts';
import { strange } from '../engines/docker/documents.ts';
import { type StubAnswer, startStub } from '../engines/stub-engine.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { setRuntimes } from './lab-runtimes.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

let lab: Lab;

test.before(async () => {
  lab = await startLab({ name: 'strange', engines: 1, image: true, attached: true });
});

test.after.always(() => lab?.down());

interface Shown {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly image: { readonly memory?: number };
  readonly unclear?: string;
}

async function create(name: string, body: object): Promise<void> {
  const { status, body: reported } = await lab.request(1, {
    method: 'POST',
    path: `/containers/create?name=${name}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ Image: 'demo/busybox:1', ...body }),
  });
  if (status !== 201) throw new Error(`${name}: ${reported}`);
}

async function begin(t: ExecutionContext, name: string): Promise<void> {
  const { status, body } = await lab.request(1, { method: 'POST', path: `/containers/${name}/start` });
  t.is(status, 204, body);
}

const remove = (name: string) => lab.request(1, { method: 'DELETE', path: `/containers/${name}?force=true` });

async function list(server: SatsumaServer): Promise<Map<string, Shown>> {
  const { data, errors } = await server.call('GET', 'containers?all=true');
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return new Map((data as Shown[]).map((each) => [each.name, each]));
}

async function checkOk(t: ExecutionContext, server: SatsumaServer, what: string): Promise<void> {
  const { data } = await server.call('GET', 'engines?consistent=true');
  t.deepEqual([data[0].status, data[0].error], ['ok', undefined], what);
}

const bound = (HostIp: string, HostPort: string) => ({
  ExposedPorts: { '5432/tcp': {} },
  HostConfig: { PortBindings: { '5432/tcp': [{ HostIp, HostPort }] } },
});
const limited = (port: number) => ({
  HostConfig: { Memory: 64 * 2 ** 20, PortBindings: { '80/tcp': [{ HostPort: String(port) }] } },
});
const ours = { name: 'demo/busybox:1', type: 'label', memory: 64 };
const published = (port: number) => ({ ...ours, bind_ports: [{ proto: 'tcp', port, container_port: 80 }] });

/** By the ledger, of a port or a name that a new container would need. */
async function isTaken(server: SatsumaServer, image: object): Promise<boolean> {
  const { status, data } = await server.call('POST', 'plan', image);
  if (status !== 200) throw new Error(`${status} ${data}`);
  return data.candidates.length === 0;
}

const every = ['tcp', 'udp'].flatMap((proto) =>
  Array.from({ length: 16_384 }, (_, at) => [`${49_152 + at}/${proto}`, {}]),
);

test.serial(
  'what real daemons take costs no engine: host names, wide ranges, long labels, large inspections',
  async (t) => {
    const server = await startSatsuma(lab, temporaryFolder(t));
    t.teardown(() => server.end());
    await registerAll(server, lab);
    const bodies: Record<string, object> = {
      named: bound('localhost', '5432'),
      bracketed: bound('[::]', '5433'),
      wide: { ExposedPorts: Object.fromEntries(every) },
      labelled: { Labels: { long: '"'.repeat(1_100_000) } },
      odd: { Hostname: 'a\u001b[2Jb' },
      huge: { Env: Array.from({ length: 50 }, (_, at) => `V${at}=${'x'.repeat(100_000)}`) },
    };
    const taken: string[] = [];
    for (const [name, body] of Object.entries(bodies)) {
      await create(name, body).then(
        () => taken.push(name),
        (error: unknown) => t.log(`not taken by this daemon: ${error}`),
      );
      t.teardown(() => remove(name));
    }
    for (const name of ['named', 'wide', 'labelled']) await begin(t, name);
    await checkOk(t, server, 'all of them');
    const shown = await eventually(
      () => list(server),
      (each) => taken.every((name) => each.has(`/${name}`)),
      30_000,
    );
    for (const name of taken) t.log(name, shown.get(`/${name}`)?.unclear ?? 'clear');
    t.is(shown.get('/named')?.unclear, undefined);
    // Daemons take seconds to inspect that one.
    t.true(shown.has('/wide'));
    t.regex(shown.get('/huge')?.unclear ?? '', /cut off/);
    const run = await server.call('POST', 'container', {
      ...{ name: 'demo/busybox:1', type: 'label' },
      bind_ports: [{ port: 5432, container_port: 5432 }],
    });
    t.is(run.status, 422, 'the port of a host name counts on all addresses');
    // The events come after the one that was too long.
    await remove('named');
    await eventually(
      () => server.call('GET', 'engine/strange-1'),
      ({ data }) => data.containers === taken.length - 1,
      30_000,
    );
    t.is((await server.log()).filter(({ msg }) => msg === 'event too long, skipped').length, 1);
  },
);

test.serial('containers that citadel started have their type, labels and share of the CPUs', async (t) => {
  const server = await startSatsuma(lab, temporaryFolder(t));
  t.teardown(() => server.end());
  await registerAll(server, lab);
  const { cpus } = (await server.call('GET', 'engine/strange-1')).data;
  const before = (await server.call('GET', 'cluster')).data.reserved_cpus;
  // As bastion's and clementine's engines wrote it: limits at the top of the body, shares in hundredths of the engine.
  await create('citadels', {
    Env: ['_citadel_type=service', '_citadel_labels=ssd,eu', 'A=b'],
    CpuShares: 25,
    Memory: 64 * 2 ** 20,
    Cmd: ['sleep', '1000'],
  });
  t.teardown(() => remove('citadels'));
  await begin(t, 'citadels');
  const { data } = await eventually(
    () => server.call('GET', 'cluster'),
    ({ data }) => data.reserved_cpus > before,
    30_000,
  );
  t.is(data.reserved_cpus, before + cpus / 4);
  const { image } = (await server.call('GET', 'container/citadels')).data;
  t.like(image, { type: 'service', labels: ['ssd', 'eu'], environment: { A: 'b' }, cpus: cpus / 4, memory: 64 });
  t.false('_citadel_type' in image.environment);
  const destroyed = await server.call('DELETE', 'container/citadels');
  t.is(destroyed.status, 202);
});

/** A runtime that creates no container while the file is there, and is runc apart from that. */
const slowRuntime = (file: string) => `#!/bin/sh
for word; do
  [ "$word" != create ] || while [ -e '${file}' ]; do sleep 0.1; done
done
exec runc "$@"
`;

test.serial('a container whose start hangs keeps its inspection waiting, and nothing else', async (t) => {
  const server = await startSatsuma(lab, temporaryFolder(t), { deadlines: { list: 2 } });
  t.teardown(() => server.end());
  // The folder that the engine shares with this process: of all others it may have a view of its own.
  const file = join(lab.dir, '1', 'starts-hang');
  const fileInEngine = '/run/lab/starts-hang';
  await writeFile(`${file}.sh`, slowRuntime(fileInEngine));
  await chmod(`${file}.sh`, 0o755);
  await writeFile(file, '');
  await setRuntimes(lab, 1, { slow: `${fileInEngine}.sh` });
  await create('well', limited(8100));
  t.teardown(() => remove('well'));
  await begin(t, 'well');
  const { HostConfig } = limited(8101);
  await create('hangs', { HostConfig: { ...HostConfig, Runtime: 'slow' } });
  t.teardown(() => remove('hangs'));
  const starting = lab.request(1, { method: 'POST', path: '/containers/hangs/start', timeoutMs: 120_000 });
  try {
    const answers = () =>
      lab.request(1, { path: '/containers/hangs/json', timeoutMs: 1_000 }).then(
        () => true,
        () => false,
      );
    t.false(await eventually(answers, (isAnswered) => !isAnswered, 30_000), 'the daemon holds its lock');
    await registerAll(server, lab);
    await checkOk(t, server, 'a start that hangs');
    const shown = await eventually(
      () => list(server),
      (each) => each.get('/hangs')?.unclear !== undefined,
      30_000,
    );
    t.regex(shown.get('/hangs')?.unclear ?? '', /did not answer within 2000 ms/);
    t.like(shown.get('/well'), { state: 'running', unclear: undefined, image: { memory: 64 } });
    t.is((await server.call('GET', 'engine/strange-1')).data.reserved_memory, 64);
    t.true(await isTaken(server, published(8100)), 'the other holds what it held');
    t.true(await isTaken(server, { ...ours, container_name: 'hangs' }), 'its name is taken');
    t.false(await isTaken(server, published(8102)));
    const { status, data } = await server.call('POST', 'container', ours);
    t.is(status, 201, 'and others start beside it');
    await server.call('DELETE', `container/${data.id}`);
    await checkOk(t, server, 'a start that still hangs');
  } finally {
    await rm(file);
    await starting;
  }
});

/** The engine as it is behind a proxy that changes what it says about one of its containers. */
interface Liar {
  readonly server: SatsumaServer;
  readonly addr: string;
  change: (document: object) => unknown;
}

const unchanged = (document: object): unknown => document;

async function startLiar(t: ExecutionContext): Promise<Liar> {
  const dir = temporaryFolder(t);
  const authority = await createAuthority(join(dir, 'ca'));
  const files = await authority.issueEngine('proxy', ['127.0.0.1']);
  const read = (path: string) => readFile(path, 'utf8');
  const [ca, cert, key] = await Promise.all([read(files.ca), read(files.cert), read(files.key)]);
  const liar = { change: unchanged };
  const proxy: StubAnswer = async ({ method, path, body, response }) => {
    if (path.includes('/events')) return void response.write('\n');
    const headers = { 'content-type': 'application/json' };
    const answer = await tlsRequest(lab.engines[0]?.addr ?? '', lab.client, { method, path, headers, body });
    response.writeHead(answer.status, headers).end(changed(path, answer.body, (document) => liar.change(document)));
  };
  const { addr } = await startStub(t, { ca, cert, key }, proxy);
  const server = await startSatsuma({ client: await authority.issueClient('satsuma') }, dir);
  t.teardown(() => server.end());
  return Object.assign(liar, { server, addr });
}

/** Each entry of a list of containers, an inspection; everything else as it is. */
function changed(path: string, body: string, change: Liar['change']): string {
  if (path.includes('/containers/json')) return JSON.stringify(JSON.parse(body).map(change));
  return /containers\/[0-9a-f]{64}\/json/.test(path) ? JSON.stringify(change(JSON.parse(body))) : body;
}

/** Without what a server knew of the engine before: each container is inspected once. */
async function registerAnew({ server, addr }: Liar): Promise<void> {
  await server.call('DELETE', 'engine/strange-1?force=true');
  const { status, data } = await server.call('POST', 'engine', { id: 'strange-1', addr, labels: [] });
  if (status !== 201) throw new Error(`${status} ${data}`);
}

test.serial(
  'whatever an engine says about one of five real containers, it is ok and the others are as they were',
  async (t) => {
    const liar = await startLiar(t);
    const { server } = liar;
    await registerAnew(liar);
    const ports = new Map<string, number>();
    for (const port of [8200, 8201]) {
      const { status, data } = await server.call('POST', 'container', published(port));
      t.is(status, 201, JSON.stringify(data));
      ports.set(data.id, port);
      t.teardown(() => remove(data.id));
    }
    for (const port of [8202, 8203, 8204]) {
      const name = `theirs-${port}`;
      await create(name, limited(port));
      t.teardown(() => remove(name));
      await begin(t, name);
      ports.set(
        (await lab.request(1, { path: `/containers/${name}/json` }).then(({ body }) => JSON.parse(body))).Id,
        port,
      );
    }
    await checkOk(t, server, 'as they are');
    const knowledgeOf = async (id: string) => {
      const { data } = await server.call('GET', `container/${id}`);
      const { name, state, ports: bound, image, placement, unclear } = data;
      return { id, name, state, bound, memory: image.memory, claims: placement?.claims, unclear };
    };
    const before = new Map(
      await Promise.all([...ports.keys()].map(async (id) => [id, await knowledgeOf(id)] as const)),
    );
    const cases = fc.record({ id: fc.constantFrom(...ports.keys()), isNew: fc.boolean(), seed: fc.nat() });
    for (const { id, isNew, seed } of fc.sample(cases, { numRuns: 30, seed: 1 })) {
      const what = JSON.stringify({ id, isNew, seed });
      liar.change = unchanged;
      if (!isNew) await registerAnew(liar);
      liar.change = (document) =>
        'Id' in document && document.Id === id ? fc.sample(strange(document), { numRuns: 1, seed })[0] : document;
      if (isNew) await registerAnew(liar);
      await checkOk(t, server, what);
      const listed = await list(server);
      for (const [other, port] of ports) {
        if (other === id) continue;
        const known = before.get(other);
        t.deepEqual(await knowledgeOf(other), known, what);
        t.true(listed.has(known?.name), what);
        t.true(await isTaken(server, published(port)), what);
      }
      const { data } = await server.call('GET', 'engine/strange-1');
      t.true(data.reserved_memory >= 4 * 64, what);
    }
    liar.change = unchanged;
    await registerAnew(liar);
    for (const [id, known] of before) t.deepEqual(await knowledgeOf(id), known);
  },
);
