import test, { type ExecutionContext } from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

let lab: Lab;

test.before(async () => {
  lab = await startLab({ name: 'strange', engines: 1, image: true, attached: true });
});

test.after.always(() => lab?.down());

interface Shown {
  readonly id: string;
  readonly name: string;
  readonly unclear?: string;
}

async function create(name: string, body: object): Promise<void> {
  const { status, body: told } = await lab.request(1, {
    method: 'POST',
    path: `/containers/create?name=${name}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ Image: 'demo/busybox:1', ...body }),
  });
  if (status !== 201) throw new Error(`${name}: ${told}`);
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
      10_000,
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
      10_000,
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
    10_000,
  );
  t.is(data.reserved_cpus, before + cpus / 4);
  const { image } = (await server.call('GET', 'container/citadels')).data;
  t.like(image, { type: 'service', labels: ['ssd', 'eu'], environment: { A: 'b' }, cpus: cpus / 4, memory: 64 });
  t.false('_citadel_type' in image.environment);
  const destroyed = await server.call('DELETE', 'container/citadels');
  t.is(destroyed.status, 202);
});
