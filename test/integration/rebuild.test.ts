import test from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';
import { startRedis } from './store/redis-server.ts';

let lab: Lab;

test.before(async () => {
  lab = await startLab({ name: 'rebuild', engines: 3, image: true, attached: true });
});

test.after.always(() => lab?.down());

/** Everything the cluster knows of its containers, and of what they hold. */
async function state(server: SatsumaServer): Promise<unknown> {
  const { data: containers, errors } = await server.call('GET', 'containers?all=true');
  const shown = [];
  for (const { id } of containers) shown.push((await server.call('GET', `container/${id}`)).data);
  const { data: cluster } = await server.call('GET', 'cluster');
  const { data: engines } = await server.call('GET', 'engines');
  return {
    errors,
    containers: shown.sort((a, b) => (a.id < b.id ? -1 : 1)),
    cluster,
    engines: engines.map(({ id, reserved_cpus, reserved_memory, containers: count }: Record<string, unknown>) => ({
      id,
      reserved_cpus,
      reserved_memory,
      count,
    })),
  };
}

test.serial(
  'a store that is wiped under 60 containers is as before once the engines are registered again',
  async (t) => {
    const { redis, url } = await startRedis(t);
    const server = await startSatsuma(lab, temporaryFolder(t), { 'redis-url': url });
    t.teardown(() => server.end());
    await registerAll(server, lab);
    const runs = Array.from({ length: 60 }, (_, index) => ({
      name: 'demo/busybox:1',
      type: index % 3 === 0 ? 'port' : 'label',
      strategy: 'spread',
      cpus: 0.05,
      memory: 16 + (index % 4),
      environment: { INDEX: String(index) },
      labels: ['lab'],
      ...(index % 2 === 0 ? { container_name: `named-${index}` } : {}),
      ...(index % 3 === 0
        ? { bind_ports: [{ proto: 'tcp', port: 18_300 + index, container_port: 80 }] }
        : { network_mode: 'none' }),
    }));
    const answers = await Promise.all(runs.map((body) => server.call('POST', 'container', body)));
    t.deepEqual(new Set(answers.map(({ status }) => status)), new Set([201]));
    const before = await state(server);

    t.is(await redis.send('FLUSHALL'), '+OK\r\n');
    const isEmpty = ({ data }: { data: unknown[] }) => data?.length === 0;
    await eventually(() => server.call('GET', 'engines'), isEmpty, 10_000);
    await registerAll(server, lab);
    t.deepEqual(await state(server), before);
  },
);
