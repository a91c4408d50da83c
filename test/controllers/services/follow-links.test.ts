import test, { type ExecutionContext } from 'ava';
import {
  createService,
  removeService,
  rollBackService,
  updateService,
} from '../../../src/commands/services/change-service.ts';
import { busybox, policy, spec } from '../../decisions/services/views.ts';
import { startCluster, type TestCluster } from '../../fixtures/harness.ts';
import { eventually, isRunning, startServer, untilShown } from './stage.ts';

const update = { ...policy, monitor: 0 };
const dbImage = { ...busybox, bind_ports: [{ proto: 'tcp', container_port: 80 }] } as const;
const withPassword = (password: string) => ({ ...dbImage, environment: { PASSWORD: password } });

/** `web`, linked to `db`. */
async function begin(t: ExecutionContext): Promise<TestCluster> {
  const cluster = await startCluster(t, { engines: 1 });
  await startServer(t, cluster);
  await createService(cluster, 'db', { ...spec, image: withPassword('one'), replicas: 1, update });
  await createService(cluster, 'web', { ...spec, replicas: 2, update, links: { db: 'db' } });
  await untilRunning(t, cluster, 1);
  await eventually(t, async () => (await cluster.store.read('service', 'web'))?.value.linked !== undefined);
  return cluster;
}

const untilRunning = (t: ExecutionContext, cluster: TestCluster, template: number) =>
  untilShown(t, cluster, 'web', (shown) => isRunning(shown) && shown.record.template === template);

/** What the replicas of `web` have for a password. */
function passwords({ engines }: TestCluster): (string | undefined)[] {
  const all = engines.flatMap(({ containers }) => [...containers.values()]);
  const web = all.filter(({ labels }) => labels['satsuma.service'] === 'web');
  return web.map(({ image }) => image.environment?.DB_ENV_PASSWORD);
}

test('a changed environment of a linked service exchanges the replicas that are linked to it', async (t) => {
  const cluster = await begin(t);
  t.deepEqual(passwords(cluster), ['one', 'one']);
  await updateService(cluster, 'db', { image: withPassword('two') });
  const shown = await untilRunning(t, cluster, 2);
  t.like(shown.record, { generation: 2, cause: 'update', spec: { link_update: 1 } });
  t.deepEqual(passwords(cluster), ['two', 'two']);
  // Who goes back is not sent forth again.
  await rollBackService(cluster, 'web');
  await untilRunning(t, cluster, 1);
  await updateService(cluster, 'db', { image: withPassword('three') });
  t.is((await untilRunning(t, cluster, 4)).record.generation, 4);
  t.deepEqual(passwords(cluster), ['three', 'three']);
});

test('nothing else of a linked service does, nor its removal, nor one that comes back the same', async (t) => {
  const cluster = await begin(t);
  await updateService(cluster, 'db', { image: { ...withPassword('one'), args: ['sleep', '60'] } });
  await untilShown(t, cluster, 'db', (shown) => isRunning(shown) && shown.record.template === 2);
  await removeService(cluster, 'db');
  await eventually(t, async () => (await cluster.store.read('service', 'db')) === undefined);
  await createService(cluster, 'db', { ...spec, image: withPassword('one'), replicas: 1, update });
  await untilShown(t, cluster, 'db', isRunning);
  // Looked at after all others.
  await createService(cluster, 'z', { ...spec, replicas: 1, update });
  await untilShown(t, cluster, 'z', isRunning);
  t.is((await cluster.store.read('service', 'web'))?.value.generation, 1);
});

test('links that are added or taken away are one update and not two', async (t) => {
  const cluster = await begin(t);
  await createService(cluster, 'cache', { ...spec, image: withPassword('x'), replicas: 1, update });
  await untilShown(t, cluster, 'cache', isRunning);
  await updateService(cluster, 'web', { links: { db: 'db', cache: 'cache' } });
  const knows = async (...names: string[]) => {
    const { linked = {} } = (await cluster.store.read('service', 'web'))?.value ?? {};
    return Object.keys(linked).sort().join() === names.join();
  };
  await eventually(t, () => knows('cache', 'db'));
  await updateService(cluster, 'web', { links: { db: 'db' } });
  await eventually(t, () => knows('db'));
  t.is((await untilRunning(t, cluster, 3)).record.generation, 3);
});

test('a service is told where one of another project is, and nothing of what that was given', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await startServer(t, cluster);
  const theirs = { ...withPassword('one'), project: 'theirs' };
  await createService(cluster, 'db', { ...spec, image: theirs, replicas: 1, update });
  await createService(cluster, 'web', { ...spec, replicas: 1, update, links: { db: 'db' } });
  await untilRunning(t, cluster, 1);
  t.deepEqual(passwords(cluster), [undefined]);
  const web = cluster.engines.flatMap(({ containers }) => [...containers.values()]);
  t.true(web.some(({ image }) => image.environment?.DB_PORT !== undefined));
});
