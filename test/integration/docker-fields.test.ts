import test, { type ExecutionContext } from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { createBodyFields, type DockerFields } from '../../src/model/docker-fields.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { registerAll, startSatsuma } from './satsuma-server.ts';

let lab: Lab;
/** The minor version of API 1 that the daemon speaks. */
let api: number;

test.before(async () => {
  lab = await startLab({ name: 'fields', engines: 1, image: true, attached: true });
  const { body } = await lab.request(1, { path: '/version' });
  api = Number(JSON.parse(body).ApiVersion.slice('1.'.length));
});

test.after.always(() => lab?.down());

const name = 'demo/busybox:1';
const sleeping = { name, type: 'label', args: ['/bin/busybox', 'sleep', '1000'] };

async function begin(t: ExecutionContext) {
  const server = await startSatsuma(lab, temporaryFolder(t));
  t.teardown(() => server.end());
  await registerAll(server, lab);
  return server;
}

// biome-ignore lint/suspicious/noExplicitAny: Docker's document.
async function inspect(id: string): Promise<any> {
  return JSON.parse((await lab.request(1, { path: `/containers/${id}/json` })).body);
}

async function everyContainer(): Promise<readonly { readonly Names: readonly string[] }[]> {
  return JSON.parse((await lab.request(1, { path: '/containers/json?all=true' })).body);
}

/** Straight to the daemon, in the version that it speaks. */
async function create(container: string, body: object): Promise<void> {
  const { status, body: reported } = await lab.request(1, {
    method: 'POST',
    path: `/v1.${api}/containers/create?name=${container}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ Image: name, ...body }),
  });
  if (status !== 201) throw new Error(`${container}: ${reported}`);
}

const remove = (container: string) =>
  lab.request(1, { method: 'DELETE', path: `/containers/${container}?force=true&v=true` });

/** Until API 1.42 a daemon on Linux shows it, and does not heed it. */
const shownAlone = ['ConsoleSize'];

test.serial('the table has what the daemon shows of a container, and not what came after it', async (t) => {
  await create('plain', {});
  const { Config, HostConfig } = await inspect('plain');
  const host = createBodyFields.HostConfig?.fields ?? {};
  for (const [shown, table] of [
    [Config, createBodyFields],
    [HostConfig, host],
  ] as const) {
    const unknown = Object.keys(shown).filter((key) => !isKnown(table, key) && !shownAlone.includes(key));
    t.deepEqual(unknown, [], `API 1.${api}`);
  }
  await remove('plain');
});

function isKnown(table: DockerFields, key: string): boolean {
  const field = table[key];
  return field !== undefined && field.since <= api && api <= (field.until ?? api);
}

test.serial(
  'a daemon drops what it does not know without a word, and Satsuma says so before anything is made',
  async (t) => {
    const server = await begin(t);
    const newer = [
      { health_check: { test: 'true', start_interval: 1 }, since: 44, of: 'health_check.start_interval' },
      { docker: { HostConfig: { Annotations: { team: 'web' } } }, since: 43, of: 'docker.HostConfig.Annotations' },
      {
        mounts: [{ type: 'bind', source: '/tmp', target: '/t', bind_create_mountpoint: true }],
        ...{ since: 42, of: 'mounts[0].bind_create_mountpoint' },
      },
      { mounts: [{ type: 'volume', source: 'data', target: '/d', subpath: 'in' }], since: 45, of: 'mounts[0].subpath' },
      { mounts: [{ type: 'image', source: name, target: '/i' }], since: 48, of: 'mounts[0].type image' },
    ];
    for (const { since, of, ...asked } of newer.filter((each) => each.since > api)) {
      const { status, ...answer } = await server.call('POST', 'container', { ...sleeping, ...asked });
      const text = JSON.stringify(answer);
      t.is(status, 422, text);
      t.true(text.includes(`${of} needs Docker API 1.${since}`), text);
      t.true(text.includes(`the engine speaks 1.${api}`), text);
    }
    for (const docker of [{ HostConfig: { Foo: 1 } }, { hostconfig: { Init: true } }]) {
      const { status, data } = await server.call('POST', 'container', { ...sleeping, docker });
      t.is(status, 400);
      t.regex(data, /which no Docker knows/);
    }
    t.deepEqual(await everyContainer(), []);
    t.deepEqual((await server.call('GET', 'containers?all=true')).data, []);
    // What the daemon would have done.
    if (api >= 44) return;
    await create('dropped', { Healthcheck: { Test: ['CMD', 'true'], StartInterval: 1e9 }, HostConfig: { Foo: 1 } });
    const { Config, HostConfig } = await inspect('dropped');
    t.false('StartInterval' in Config.Healthcheck);
    t.false('Foo' in HostConfig);
    await remove('dropped');
  },
);

test.serial('what is asked for is what the engine has, by fields and by Docker’s own words', async (t) => {
  const server = await begin(t);
  const { status, data } = await server.call('POST', 'container', {
    ...sleeping,
    environment: { A: '1' },
    health_check: { test: 'true', start_period: 3, ...(api >= 44 && { start_interval: 2 }) },
    mounts: [
      { type: 'tmpfs', target: '/t', size: 1, tmpfs_mode: '1750' },
      {
        ...{ type: 'volume', source: 'made', target: '/v', volume_driver: 'local', volume_labels: { team: 'web' } },
        volume_opts: { type: 'tmpfs', device: 'tmpfs', o: 'size=1m' },
      },
      {
        type: 'bind',
        source: '/tmp',
        target: '/b',
        read_only: true,
        bind_recursive: 'disabled',
        consistency: 'cached',
      },
    ],
    docker: {
      ...{ Env: ['LAB', 'A'], MacAddress: '02:42:ac:11:00:99' },
      HostConfig: { CpuShares: 300, CgroupnsMode: 'private', ...(api >= 43 && { Annotations: { team: 'web' } }) },
    },
  });
  t.is(status, 201, JSON.stringify(data));
  const { id } = data;
  const { Config, HostConfig } = await inspect(id);
  t.like(Config.Healthcheck, { StartPeriod: 3e9, ...(api >= 44 && { StartInterval: 2e9 }) });
  t.like(HostConfig, { CpuShares: 300, CgroupnsMode: 'private', ...(api >= 43 && { Annotations: { team: 'web' } }) });
  t.like(HostConfig.Mounts[0], { TmpfsOptions: { SizeBytes: 2 ** 20, Mode: 0o1750 } });
  t.like(HostConfig.Mounts[2], { Consistency: 'cached', BindOptions: { NonRecursive: true } });
  const volume = JSON.parse((await lab.request(1, { path: '/volumes/made' })).body);
  t.like(volume, { Driver: 'local', Labels: { team: 'web' }, Options: { type: 'tmpfs', o: 'size=1m' } });
  const { stdout } = (await server.call('POST', `container/${id}/exec`, { cmd: ['/bin/busybox', 'env'] })).data;
  t.regex(stdout, /^A=1$/m);
  t.notRegex(stdout, /^LAB/m, 'the variable of the image is gone');
  const stat = ['/bin/busybox', 'stat', '-c', '%a', '/t'];
  t.is((await server.call('POST', `container/${id}/exec`, { cmd: stat })).data.stdout, '1750\n');
  await server.call('DELETE', `container/${id}`);
  await lab.request(1, { method: 'DELETE', path: '/volumes/made' });
});

test.serial(
  'doctor tells what the daemon keeps, and a shell leaves a program behind as docker exec -d does',
  async (t) => {
    const server = await begin(t);
    const { findings } = (await server.call('GET', 'doctor')).data;
    const disk = findings.find(({ check }: { check: string }) => check === 'engine.disk');
    t.is(disk.status, 'ok');
    t.regex(disk.message, /^Docker keeps \d+\.\d GB \(images /);
    const { id } = (await server.call('POST', 'container', sleeping)).data;
    const cmd = ['/bin/busybox', 'sh', '-c', '/bin/busybox sleep 1234 > /dev/null 2>&1 &'];
    t.is((await server.call('POST', `container/${id}/exec`, { cmd, timeout: 60 })).data.exit_code, 0);
    const ps = { cmd: ['/bin/busybox', 'ps'] };
    t.regex((await server.call('POST', `container/${id}/exec`, ps)).data.stdout, /sleep 1234/);
    await server.call('DELETE', `container/${id}`);
  },
);

test.serial('a MAC address in the second network is heeded, or its engine is unfit', async (t) => {
  const server = await begin(t);
  const [engine] = (await server.call('GET', 'engines')).data;
  for (const network of ['front', 'back'])
    t.is((await server.call('POST', 'network', { scope: engine.id, name: network })).status, 201);
  const networks = ['front', { name: 'back', mac_address: '02:42:ac:11:00:98', driver_opts: { 'com.example': 'x' } }];
  const { status, data, ...rest } = await server.call('POST', 'container', { ...sleeping, networks });
  if (api < 44) {
    t.is(status, 422);
    t.true(JSON.stringify(rest).includes('networks[1].mac_address needs Docker API 1.44 (Docker 25)'));
  } else {
    t.is(status, 201, JSON.stringify(data));
    const { NetworkSettings } = await inspect(data.id);
    t.is(NetworkSettings.Networks.back.MacAddress, '02:42:ac:11:00:98');
    t.truthy(NetworkSettings.Networks.front.IPAddress);
    await server.call('DELETE', `container/${data.id}`);
    const besideBridge = { ...sleeping, networks: ['bridge', { name: 'back', mac_address: '02:42:ac:11:00:98' }] };
    const both = await server.call('POST', 'container', besideBridge);
    t.is(both.status, 201, JSON.stringify(both.data));
    const { Networks } = (await inspect(both.data.id)).NetworkSettings;
    t.is(Networks.back.MacAddress, '02:42:ac:11:00:98');
    t.truthy(Networks.bridge.IPAddress);
    await server.call('DELETE', `container/${both.data.id}`);
  }
  for (const network of ['front', 'back']) await server.call('DELETE', `network/${engine.id}/${network}`);
});
