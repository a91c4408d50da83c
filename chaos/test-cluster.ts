import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../example/lab/free-port.ts';
import { type Lab, type LabEngine, startLab } from '../example/lab/lab.ts';
import { projectRoot } from '../example/lab/project-root.ts';
import { RedisServer } from '../test/integration/store/redis-server.ts';
import { ask } from './ask.ts';
import { ForeignContainers } from './foreign-containers.ts';
import { uniqueImage } from './image-configs.ts';
import type { ChaosOptions } from './options.ts';
import { Server } from './server.ts';

/** The environment: real engines, a real Redis that loses nothing, and several servers. */
export interface TestCluster {
  readonly lab: Lab;
  /** As registered: small, so that they fill up. */
  readonly engines: readonly LabEngine[];
  readonly redis: RedisServer;
  readonly redisUrl: string;
  readonly foreignContainers: ForeignContainers;
  readonly registerEngines: () => Promise<void>;
  readonly servers: readonly [Server, ...Server[]];
}

const engineSize = { cpus: 2, memory: 640 };
const readyWithinMs = 60_000;

/** Short, so that leases and deadlines expire within a run of minutes. */
const settings = {
  lease: 5,
  'observe-interval': 1,
  deadlines: { connect: 2, list: 2, create: 8, start: 8, remove: 8, pull: 8 },
  'log-level': 'debug',
};

/** Builds the test cluster, runs `work`, and always takes the cluster down. Clusters with different names can coexist. */
export async function withTestCluster<T>(
  name: string,
  { servers: count, engines: engineCount }: ChaosOptions,
  work: (testCluster: TestCluster) => Promise<T>,
): Promise<T> {
  const undo: (() => Promise<unknown>)[] = [];
  try {
    const lab = await startLab({ name, engines: engineCount, image: true, attached: true });
    undo.push(() => lab.down());
    await lab.importImage(uniqueImage);
    const port = await freePort();
    const redis = new RedisServer('--port', `${port}`, '--bind', '127.0.0.1', ...durably);
    undo.push(() => redis.remove());
    await redis.start();
    const redisUrl = `redis://127.0.0.1:${port}`;
    const dir = join(projectRoot, '.lab', `${name}-servers`);
    await rm(dir, { recursive: true, force: true });
    await mkdir(dir, { recursive: true });
    undo.push(() => rm(dir, { recursive: true, force: true }));
    // A copy, because a build during the run must not change the servers that are started later.
    await cp(join(projectRoot, 'dist'), join(dir, 'dist'), { recursive: true });
    const { ca, cert, key } = lab.client;
    const configuration = { ...settings, 'redis-url': redisUrl, 'ca-cert': ca, 'ssl-cert': cert, 'ssl-key': key };
    const main = join(dir, 'dist/src/main.js');
    const startServer = async (n: number): Promise<Server> => {
      const server = new Server({ n, port: await freePort(), dir, main, configuration });
      undo.push(() => server.kill());
      await server.start();
      return server;
    };
    const servers: [Server, ...Server[]] = [await startServer(1)];
    while (servers.length < count) servers.push(await startServer(servers.length + 1));
    const engines = lab.engines.map((engine) => ({ ...engine, ...engineSize }));
    const testCluster = {
      lab,
      engines,
      redis,
      redisUrl,
      foreignContainers: new ForeignContainers(lab),
      servers,
      registerEngines: () => registerEngines({ engines, servers }),
    };
    await register(testCluster);
    return await work(testCluster);
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

const durably = ['--appendonly', 'yes', '--appendfsync', 'always'];

/** Returns when every server has every engine as usable. */
async function register({ engines, servers }: TestCluster): Promise<void> {
  const [first] = servers;
  await eventually('a server that serves', async () => (await ask(first.address, 'GET', 'engines')).status === 200);
  for (const engine of engines) {
    const { status, body } = await ask(first.address, 'POST', 'engine', { body: engine });
    if (status !== 201) throw new Error(`engine ${engine.id} was not registered: ${status} ${body.data}`);
  }
  for (const { n, address } of servers) {
    await eventually(`server ${n} with all engines`, async () => {
      const { body } = await ask(address, 'GET', 'engines');
      const known = Array.isArray(body.data) ? (body.data as { status?: unknown }[]) : [];
      return known.filter(({ status }) => status === 'ok').length === engines.length;
    });
  }
}

/** Uses any server that answers. Unreachable engines are registered later. */
async function registerEngines({ engines, servers }: Pick<TestCluster, 'engines' | 'servers'>): Promise<void> {
  const isRegistered = async (engine: LabEngine) => {
    for (const { address } of servers) {
      const { status } = await ask(address, 'POST', 'engine', { body: engine });
      if (status === 201 || status === 409) return true;
    }
    return false;
  };
  await Promise.all(engines.map((engine) => eventually(`engine ${engine.id} on record`, () => isRegistered(engine))));
}

async function eventually(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + readyWithinMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`waited for ${what} in vain`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
