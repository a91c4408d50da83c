import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import { type Ask, keysOf } from './docker-answers.ts';
import { type DoorBesideEngine, endBesideEngine, startBesideEngine } from './docker-beside-engine.ts';

/**
 * The calls that tools make, by their sources, replayed at the door to two engines and at a third one that Satsuma does not know. The tools themselves
 * are not here.
 */
const test = anyTest as TestFn<DoorBesideEngine>;
const image = 'demo/busybox:1';

/** The containers that each tool finds: one that runs, in a network and with a port, and one that does not. */
const shop = {
  web: {
    Image: image,
    Cmd: ['/bin/busybox', 'httpd', '-f', '-p', '80'],
    OpenStdin: true,
    ExposedPorts: { '80/tcp': {} },
    Labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web', 'traefik.enable': 'true' },
    HostConfig: { NetworkMode: 'shop', PortBindings: { '80/tcp': [{ HostPort: '8080' }] }, Binds: ['shop:/data'] },
  },
  idle: { Image: image, Cmd: ['/bin/busybox', 'true'], HostConfig: { NetworkMode: 'none' } },
} as const;

test.before(async (t) => {
  Object.assign(t.context, await startBesideEngine('dockertools'));
  const { door, plain } = t.context;
  for (const ask of [door, plain]) {
    t.is((await ask('POST', '/networks/create', { Name: 'shop', Driver: 'bridge' })).status, 201);
    for (const [name, body] of Object.entries(shop))
      t.is((await ask('POST', `/containers/create?name=${name}`, body)).status, 201, name);
    t.is((await ask('POST', '/containers/web/start')).status, 204);
  }
});

test.after.always((t) => endBesideEngine(t.context));

type Call = readonly [method: string, path: string, body?: object];

/** What the door adds to an engine's own answers. */
const added: readonly (readonly [path: RegExp, keys: readonly string[]])[] = [[/\/containers\/[^/]+\/json/, ['Node']]];

/** Statuses and keys are those of one engine; of a list, those of the first entry, of the container `web`, or of the network `shop`. */
async function sameAsEngine(t: ExecutionContext<DoorBesideEngine>, calls: readonly Call[]): Promise<void> {
  const { door, plain } = t.context;
  for (const call of calls) {
    const title = `${call[0]} ${call[1]}`;
    const [one, other] = [await door(...call), await plain(...call)];
    t.is(one.status, other.status, `${title}: ${JSON.stringify(one.body)?.slice(0, 200)}`);
    if (/\/(?:containers\/json|networks)(?:\?|$)/.test(call[1])) {
      t.deepEqual(keysOf(ofShop(one.body)), keysOf(ofShop(other.body)), title);
      continue;
    }
    const extra = added.find(([path]) => path.test(call[1]))?.[1] ?? [];
    const body = extra.length > 0 ? without(one.body, extra) : one.body;
    t.deepEqual(keysOf(body), keysOf(other.body), title);
  }
}

/** The container `web`, or the network `shop`: what was made within one second has no order over engines. */
function ofShop(list: unknown): unknown {
  const entries = list as readonly { readonly Name?: string; readonly Names?: readonly string[] }[];
  return entries.find(({ Name, Names }) => Name === 'shop' || Names?.includes('/web'));
}

function without(body: object, keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(body).filter(([key]) => !keys.includes(key)));
}

// biome-ignore lint/suspicious/noExplicitAny: an entry of Docker's list.
async function listedWeb(ask: Ask, version: string): Promise<any> {
  return ofShop((await ask('GET', `${version}/containers/json?all=1`)).body);
}

test.serial('Traefik’s provider finds what its rules are made of', async (t) => {
  const { door, plain } = t.context;
  await sameAsEngine(t, [['GET', '/v1.24/version']]);
  const found = await Promise.all(
    [door, plain].map(async (ask) => {
      const entry = await listedWeb(ask, '/v1.24');
      const { Name, Config, HostConfig, State, NetworkSettings } = (
        await ask('GET', `/v1.24/containers/${entry.Id}/json`)
      ).body;
      const [network] = Object.keys(NetworkSettings.Networks);
      const { IPAddress, NetworkID } = NetworkSettings.Networks[network ?? ''];
      t.regex(IPAddress, /^\d+(\.\d+){3}$/);
      t.truthy((await ask('GET', `/v1.24/networks/${NetworkID}`)).body.Driver);
      return {
        ...{ Name, network, mode: HostConfig.NetworkMode, labels: shop.web.Labels, isRunning: State.Running },
        ports: Object.keys(NetworkSettings.Ports),
        own: Object.entries(shop.web.Labels).every(([key, value]) => Config.Labels[key] === value),
      };
    }),
  );
  t.deepEqual(found[0], found[1]);
  await sameAsEngine(t, [
    ['GET', '/v1.24/containers/web/json'],
    ['GET', '/v1.24/containers/idle/json'],
  ]);
});

test.serial('Traefik’s provider is told of starts and ends', async (t) => {
  const { door, plain } = t.context;
  for (const ask of [door, plain]) {
    const since = Math.floor(Date.now() / 1000) - 1;
    t.is((await ask('POST', '/containers/web/restart?t=0')).status, 204);
    const filters = encodeURIComponent(JSON.stringify({ type: { container: true } }));
    const until = Math.floor(Date.now() / 1000) + 1;
    const { body } = await ask('GET', `/v1.24/events?filters=${filters}&since=${since}&until=${until}`);
    const actions = [...String(typeof body === 'string' ? body : JSON.stringify(body)).matchAll(/"Action":"(\w+)"/g)];
    const names = actions.map(([, action]) => action);
    t.true(names.includes('die') && names.includes('start'), names.join());
  }
});

test.serial('lazydocker’s panels', async (t) => {
  const filters = encodeURIComponent(JSON.stringify({ dangling: ['false'] }));
  await sameAsEngine(t, [
    ['GET', '/v1.25/containers/json?all=1'],
    ['GET', '/v1.25/containers/web/json'],
    ['GET', '/v1.25/containers/web/top'],
    ['GET', '/v1.25/containers/web/stats?stream=0'],
    ['GET', '/v1.25/images/json'],
    ['GET', `/v1.25/images/${image}/history`],
    ['GET', '/v1.25/volumes'],
    ['GET', `/v1.25/volumes?filters=${filters}`],
    ['GET', '/v1.25/networks'],
    ['POST', '/v1.25/containers/web/pause'],
    ['POST', '/v1.25/containers/web/unpause'],
    ['POST', '/v1.25/containers/web/stop?t=0'],
    ['POST', '/v1.25/containers/web/start'],
    ['POST', '/v1.25/containers/web/restart?t=0'],
  ]);
  const call = ['DELETE', '/v1.25/containers/web'] as const;
  const [one, other] = [await t.context.door(...call), await t.context.plain(...call)];
  t.deepEqual([one.status, other.status], [409, 409]);
  // It finds in the words of the engine whether to ask its user to force it.
  const [said, words] = [one.body.message, other.body.message].map((text) => text.replace(/[0-9a-f]{64}/, 'web'));
  t.regex(words, /stop the container before/i);
  t.true(said.endsWith(words), `${said} / ${words}`);
});

test.serial('Portainer’s snapshot and pages', async (t) => {
  await sameAsEngine(t, [
    ['GET', '/containers/json?all=1'],
    ['GET', '/containers/web/json'],
    ['GET', '/images/json'],
    ['GET', '/images/json?all=0'],
    ['GET', `/images/${image}/json`],
    ['GET', '/volumes'],
    ['GET', '/volumes/shop'],
    ['GET', '/networks'],
    ['GET', '/networks/shop'],
    ['GET', '/version'],
    ['GET', '/containers/web/stats?stream=false'],
    ['GET', '/containers/web/top'],
    ['GET', '/containers/web/changes'],
    ['POST', '/containers/web/exec', { Cmd: ['/bin/busybox', 'true'], AttachStdout: true }],
    ['POST', '/containers/web/rename?name=shopfront'],
    ['POST', '/containers/shopfront/rename?name=web'],
    ['POST', '/containers/web/kill'],
    ['POST', '/containers/web/start'],
  ]);
  const [one, other] = [await t.context.door('GET', '/info'), await t.context.plain('GET', '/info')];
  const read = [
    'Swarm',
    'ServerVersion',
    'NCPU',
    'MemTotal',
    'Containers',
    'ContainersRunning',
    'Images',
    'Plugins',
    'Driver',
  ];
  for (const key of [...read, 'OperatingSystem', 'Architecture', 'Name', 'ID', 'Runtimes', 'RegistryConfig'])
    t.is(typeof one.body[key], typeof other.body[key], key);
});
