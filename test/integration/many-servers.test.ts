import test from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { startRedis } from './redis-server.ts';
import { eventually, registerAll, startSatsuma } from './satsuma-server.ts';

let lab: Lab;

test.before(async () => {
  lab = await startLab({ name: 'many', engines: 3, image: true, attached: true });
});

test.after.always(() => lab?.down());

test('100 at once over two servers that want one port on three engines: three run, 97 learn who holds it', async (t) => {
  const dir = temporaryFolder(t);
  const redis = await startRedis(dir);
  t.teardown(() => redis.end());
  const settings = { 'redis-url': redis.url };
  const servers = [await startSatsuma(lab, dir, settings), await startSatsuma(lab, dir, settings)];
  for (const server of servers) t.teardown(() => server.end());
  const [one, two] = servers;
  if (!one || !two) throw new Error('two servers');
  await registerAll(one, lab);
  const count = async () => (await two.call('GET', 'engines')).data.length;
  t.is(await eventually(count, (engines) => engines === 3, 5_000), 3, 'the other server knows the engines');

  const bind_ports = [{ proto: 'tcp', port: 6379, container_port: 6379 }];
  const body = { name: 'demo/busybox:1', type: 'port', bind_ports };
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) => (index % 2 ? one : two).call('POST', 'container', body)),
  );

  const ran = answers.filter(({ status }) => status === 201);
  t.is(ran.length, 3);
  t.deepEqual(
    ran.map(({ data }) => data.engine.id).sort(),
    lab.engines.map(({ id }) => id),
  );
  const refused = answers.filter(({ status }) => status === 422);
  t.is(refused.length, 97);
  const { data: containers } = await one.call('GET', 'containers');
  const holders = new Map<string, string>(
    containers.map((each: { name: string; engine: { id: string } }) => [each.engine.id, each.name.slice(1)]),
  );
  for (const { data, details } of refused) {
    t.is(data, 'no eligible engines to run image');
    for (const { engine, message, held_by } of details.engines) {
      t.is(message, `port tcp/6379 is taken by ${holders.get(engine)}`);
      t.deepEqual(held_by, [holders.get(engine)]);
    }
    t.is(details.engines.length, 3);
  }
});
