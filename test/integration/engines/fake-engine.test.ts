import test from 'ava';
import { startLab } from '../../../example/lab/lab.ts';
import { openDockerPool } from '../../../src/engines/docker/pool.ts';
import type { EngineClient } from '../../../src/engines/engine-client.ts';
import { SatsumaError } from '../../../src/model/errors.ts';
import type { ImageConfig } from '../../../src/model/image-config.ts';
import { material } from '../../engines/certificates.ts';
import { FakeEngine } from '../../engines/fake-engine.ts';
import { deadlines } from '../../engines/stub-engine.ts';

/** What happened at each step, without what differs from engine to engine. */
type Outcome = readonly [step: string, outcome: unknown];

const logs = { tail: 1, follow: false, stdout: true, stderr: true, timestamps: false } as const;

/** Every collision that the tests of other folders rely on. */
async function collide(client: EngineClient): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const ids = new Map<string, string>();
  const note = async (step: string, call: Promise<unknown>) => {
    const code = (error: unknown) => (error instanceof SatsumaError ? error.code : error);
    outcomes.push([step, await call.then(() => 'ok', code)]);
  };
  const create = (name: string, asked: Partial<ImageConfig> = {}) => {
    const image: ImageConfig = { name: 'demo/busybox:1', type: 'multi', restart_policy: {}, ...asked };
    const created = client.createContainer({ image, name, labels: { owner: name }, maximumCpus: 1 });
    return note(
      `create ${name}`,
      created.then((id) => ids.set(name, id)),
    );
  };
  const start = (name: string) => note(`start ${name}`, client.startContainer(ids.get(name) ?? name));
  const look = async () => {
    const list = await client.listContainers();
    const facts = list.map(({ name, state, imageName, ports }) => ({ name, state, imageName, ports }));
    outcomes.push(['list', facts.sort((a, b) => (a.name < b.name ? -1 : 1))]);
  };
  const port = (number: number, host_ip?: string): Partial<ImageConfig> => {
    return { bind_ports: [{ proto: 'tcp', port: number, container_port: 80, ...(host_ip ? { host_ip } : {}) }] };
  };

  await create('web', port(8080));
  await create('web');
  await create('lost', { name: 'nowhere/nothing:1' });
  await start('web');
  await start('web');
  await create('late', port(8080));
  await start('late');
  await create('local', port(8080, '127.0.0.1'));
  await start('local');
  await create('loopback', port(8081, '127.0.0.1'));
  await start('loopback');
  await create('everywhere', port(8081));
  await start('everywhere');
  await create('udp', { bind_ports: [{ proto: 'udp', port: 8080, container_port: 80 }] });
  await start('udp');
  await create('host', { ...port(8080), network_mode: 'host' });
  await start('host');
  await look();
  outcomes.push(['labelled', (await client.listContainers({ label: 'owner=udp' })).map(({ name }) => name)]);
  const { bindPorts, ports, cpus, networkMode } = await client.inspectContainer('loopback');
  outcomes.push(['inspect', { bindPorts, ports, cpus, networkMode }]);
  await note('inspect nobody', client.inspectContainer('nobody'));
  await start('nobody');
  const id = (name: string) => ids.get(name) ?? name;
  for (const name of ['udp', 'udp', 'nobody']) {
    await note(`stop ${name}`, client.stopContainer(id(name), { timeoutSeconds: 0 }));
  }
  await note('kill udp', client.killContainer(id('udp')));
  await note('restart udp', client.restartContainer(id('udp'), { timeoutSeconds: 0 }));
  await note('restart web', client.restartContainer(id('web'), { timeoutSeconds: 0 }));
  await look();
  await note('kill udp', client.killContainer(id('udp')));
  await note('logs of nobody', client.openLogs('nobody', logs, AbortSignal.timeout(5_000)));
  await look();
  for (const name of ['web', 'web', 'nobody']) await note(`remove ${name}`, client.removeContainer(name));
  await start('late');
  await look();
  outcomes.push(['images', await client.listImages()]);
  return outcomes;
}

test.serial('the fake engine of the unit tests does what a real one does', async (t) => {
  const lab = await startLab({ name: 'engines-fake', engines: 1, image: true, attached: true });
  const pool = openDockerPool({ tls: material(lab.client), skipVerify: false, deadlines });
  t.teardown(async () => {
    pool.close();
    await lab.down();
  });
  const real = pool.client({ id: 'e1', addr: lab.engines[0]?.addr ?? '' });
  t.deepEqual(await collide(new FakeEngine('e1')), await collide(real));
});
