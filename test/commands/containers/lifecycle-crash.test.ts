import test from 'ava';
import { restartContainer, startContainer } from '../../../src/commands/containers/start-container.ts';
import { stopContainer } from '../../../src/commands/containers/stop-container.ts';
import { resyncEngine } from '../../../src/engine-sync/resync-engine.ts';
import { runContainer } from '../../../src/execution/run-container.ts';
import { startCluster } from '../../fixtures/harness.ts';
import { type CrashPoint, Life, mortal, outlive } from '../../fixtures/mortal.ts';

const web = {
  name: 'demo/busybox:1',
  type: 'label',
  restart_policy: {},
  memory: 100,
  container_name: 'web',
  bind_ports: [{ proto: 'tcp', port: 80, container_port: 80 }],
} as const;

type Command = 'start' | 'restart' | 'stop';

const commands = { start: startContainer, restart: restartContainer, stop: stopContainer } as const;

const crashIn = test.macro({
  async exec(t, command: Command, point: CrashPoint, expected: 'running' | 'exited') {
    const cluster = await startCluster(t, { engines: 1 });
    const { store } = cluster;
    const { id } = await runContainer(cluster, web);
    if (command !== 'stop') await stopContainer(cluster, id);
    await cluster.cache.catchUp();
    const life = new Life(point);
    // A server that is over answers nobody.
    commands[command](mortal(cluster, life), id).catch(() => undefined);
    await life.ended;
    // Nothing of it is for others while it is not known what became of it.
    await outlive(cluster, life);
    for (let resyncs = 0; resyncs < 2; resyncs++) await resyncEngine(cluster, 'a');
    const isRunning = cluster.pool.client({ id: 'a' }).containers.get(id)?.state === 'running';
    t.is(isRunning, expected === 'running');
    const records = await store.reservations();
    t.is(records.length, 1);
    t.like(records[0]?.value, { state: 'bound', containerId: id });
    const whole = { 'image/demo/busybox:1': 1, memory: 100, 'name/web': 1, 'port/tcp/80': 65_536 };
    t.deepEqual(Object.fromEntries(await store.sums('a')), isRunning ? whole : { 'name/web': 1 });
    t.is((await startContainer(cluster, id)).container.state, 'running');
  },
  title: (_, command: Command, { call, when }: CrashPoint, expected) =>
    `a server that stops ${when} ${call} in a ${command}: ${expected}`,
});

test(crashIn, 'start', { call: 'reserve', when: 'before' }, 'exited');
test(crashIn, 'start', { call: 'reserve', when: 'after' }, 'exited');
test(crashIn, 'start', { call: 'startContainer', when: 'before' }, 'exited');
test(crashIn, 'start', { call: 'startContainer', when: 'after' }, 'running');
test(crashIn, 'start', { call: 'adopt', when: 'before' }, 'running');
test(crashIn, 'start', { call: 'adopt', when: 'after' }, 'running');
test(crashIn, 'restart', { call: 'restartContainer', when: 'before' }, 'exited');
test(crashIn, 'restart', { call: 'restartContainer', when: 'after' }, 'running');
test(crashIn, 'stop', { call: 'stopContainer', when: 'before' }, 'running');
test(crashIn, 'stop', { call: 'stopContainer', when: 'after' }, 'exited');
test(crashIn, 'stop', { call: 'adopt', when: 'before' }, 'exited');
