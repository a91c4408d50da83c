import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { type SatsumaServer, startSatsuma } from './satsuma-server.ts';

/**
 * clementine's README, typed as it stands, in a folder with its example files. Only two things are other than there: the
 * engine's address in the file, and the port of the server, which may be taken on the machine.
 */
const shell = promisify(execFile);
let lab: Lab;

test.before(async () => {
  lab = await startLab({ name: 'clementine', engines: 1, attached: true });
  await lab.importRedis();
});

test.after.always(() => lab?.down());

test.serial('the curl lines of clementine’s README work word for word', async (t) => {
  const dir = temporaryFolder(t);
  const server = await startSatsuma(lab, dir);
  t.teardown(() => server.end());
  const engine = { ...(await example('boot2docker_engine.json')), addr: lab.engines[0]?.addr };
  await mkdir(join(dir, 'example'));
  await writeFile(join(dir, 'example/boot2docker_engine.json'), JSON.stringify(engine));
  await writeFile(join(dir, 'example/redis_image.json'), JSON.stringify(await example('redis_image.json')));
  const type = (line: string) => typed(line, dir, server);

  const added = await type("curl -XPOST '127.0.0.1:8080/apiv1/engine' -d @example/boot2docker_engine.json");
  t.deepEqual(added, { ok: true, data: engine });

  const engines = await type("curl '127.0.0.1:8080/apiv1/engines'");
  t.like(engines.data[0], engine);

  // The name stands beside what clementine answered.
  const { name, ...ran } = await type("curl '127.0.0.1:8080/apiv1/container' -d @example/redis_image.json");
  const { id } = ran.data;
  t.regex(id, /^[0-9a-f]{64}$/);
  const ports = [{ proto: 'tcp', host_ip: '0.0.0.0', port: 6379, container_port: 6379 }];
  t.deepEqual(ran, {
    ok: true,
    data: {
      id,
      image: {
        name: 'redis:latest',
        bind_ports: [{ proto: 'tcp', port: 6379, container_port: 6379 }],
        type: 'multi',
        restart_policy: {},
      },
      engine,
      ports,
    },
  });

  const listed = await type("curl '127.0.0.1:8080/apiv1/engine/boot2docker/containers'");
  const [container] = listed.data;
  t.deepEqual(container, {
    id,
    name,
    image: {
      name: 'redis:latest',
      entrypoint: ['/usr/bin/redis-server', '--protected-mode', 'no'],
      environment: {},
      hostname: id.slice(0, 12),
      type: 'multi',
      labels: [],
      bind_ports: ports,
      volumes: ['/data'],
      restart_policy: {},
      network_mode: 'bridge',
    },
    engine,
    state: 'running',
    ports,
  });

  const destroyed = await type(`curl -v  -XDELETE '127.0.0.1:8080/apiv1/engine/boot2docker/container/${id}'`);
  t.deepEqual(destroyed, {
    ok: true,
    data: `Container container ${container.name} Image redis:latest Engine boot2docker destroyed on engine engine boot2docker addr ${engine.addr}`,
  });
  t.deepEqual((await type("curl '127.0.0.1:8080/apiv1/engine/boot2docker/containers'")).data, []);
});

async function example(name: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(`example/${name}`, 'utf8'));
}

// biome-ignore lint/suspicious/noExplicitAny: what curl prints.
async function typed(line: string, cwd: string, { address }: SatsumaServer): Promise<any> {
  const { stdout } = await shell('bash', ['-c', line.replace('127.0.0.1:8080', address)], { cwd });
  return JSON.parse(stdout);
}
