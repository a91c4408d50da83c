import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Hosts } from './hosts.ts';
import type { Narrator } from './narrator.ts';
import { expect, Play } from './play.ts';
import type { DemoServer } from './server.ts';

/** Sleeps until it is stopped. */
const sleeper = { name: 'demo/busybox:1', args: ['sleep', '86400'], cpus: 0.1, memory: 16 };

export interface DemoContext {
  readonly hosts: Hosts;
  readonly server: DemoServer;
  readonly narrator: Narrator;
}

type Step = (play: Play) => Promise<void>;

/** Every scheduler and every strategy on real engines. Each part checks its result, and cleans up. */
export async function tour({ hosts, server, narrator }: DemoContext): Promise<void> {
  const before = expect(200, await server.call('GET', 'cluster')).data;
  for (const [title, step] of Object.entries(stepsOn(hosts))) {
    await narrator.step(title, async (report) => {
      const play = new Play(server, report);
      try {
        await step(play);
      } finally {
        await play.end();
      }
    });
  }
  await narrator.step('everything was given back', async (report) => {
    const { data } = expect(200, await server.call('GET', 'cluster'));
    report(`promised: ${data.reserved_cpus} of ${data.cpus} CPUs, ${data.reserved_memory} of ${data.memory} MB`);
    assert.equal(data.reserved_cpus, before.reserved_cpus);
    assert.equal(data.reserved_memory, before.reserved_memory);
  });
}

function stepsOn({ engines, hasRedis }: Hosts): Record<string, Step> {
  const [first, last] = [engines[0], engines.at(-1)];
  assert(first && last);
  const count = engines.length;
  const strategy =
    (name: string, engineCount: number): Step =>
    async (play) => {
      const used = new Set<string>();
      for (let i = 0; i < 3; i++) used.add((await play.run({ ...sleeper, type: 'label', strategy: name })).engine);
      assert.equal(used.size, engineCount);
    };
  return {
    'type label: where every label is borne': async (play) => {
      const ran = await play.run({ ...sleeper, type: 'label', labels: last.labels });
      assert.equal(ran.engine, last.id);
    },
    'type service: citadel’s name for label': async (play) => {
      const ran = await play.run({ ...sleeper, type: 'service', labels: first.labels });
      assert.equal(ran.engine, first.id);
    },
    'type host: on the host that a label names': async (play) => {
      const ran = await play.run({ ...sleeper, type: 'host', labels: [`host:${last.id}`] });
      assert.equal(ran.engine, last.id);
    },
    'type image: where the image is already': async (play) => {
      const ran = await play.run({ ...sleeper, name: 'demo/rare:1', type: 'image' });
      assert.equal(ran.engine, last.id);
    },
    'type port: a host port is there once on each engine': onceOnEach(count, 'port_taken', {
      type: 'port',
      bind_ports: [{ proto: 'tcp', port: 18080, container_port: 80 }],
    }),
    'type unique: an image runs once on each engine': onceOnEach(count, 'image_running', { type: 'unique' }),
    'type multi: label, unique and port at once': onceOnEach(count, 'image_running', {
      type: 'multi',
      bind_ports: [{ proto: 'udp', port: 18053, container_port: 53 }],
    }),
    'type web: host and port, composed in the configuration': async (play) => {
      const bind_ports = [{ proto: 'tcp', port: 18081, container_port: 80 }];
      const ran = await play.run({ ...sleeper, type: 'web', labels: [`host:${first.id}`], bind_ports });
      assert.equal(ran.engine, first.id);
    },
    'strategy binpack: the fullest engine that has room': strategy('binpack', 1),
    'strategy spread: the engine with the fewest containers': strategy('spread', Math.min(3, count)),
    'strategy round-robin: one engine after the other': strategy('round-robin', Math.min(3, count)),
    'strategy random: any engine': async (play) => {
      await play.run({ ...sleeper, type: 'label', strategy: 'random' });
    },
    'more memory than there is: refused, with each engine’s reason': async (play) => {
      const codes = await play.refuse({ ...sleeper, type: 'label', memory: 900_000_000 });
      assert.deepEqual(new Set(codes), new Set(['memory_short']));
    },
    ...(hasRedis ? { 'clementine’s example: redis on port 6379': answeringRedis } : {}),
  };
}

function onceOnEach(count: number, code: string, changes: object): Step {
  return async (play) => {
    const used = new Set<string>();
    for (let i = 0; i < count; i++) used.add((await play.run({ ...sleeper, ...changes })).engine);
    assert.equal(used.size, count);
    assert.deepEqual(new Set(await play.refuse({ ...sleeper, ...changes })), new Set([code]));
  };
}

async function answeringRedis(play: Play): Promise<void> {
  const bind_ports = [{ proto: 'tcp', port: 6379, container_port: 6379 }];
  const { host } = await play.run({ name: 'redis:latest', type: 'multi', bind_ports });
  play.report(`redis at ${host}:6379 answers PING with ${await ping(host)}`);
}

/** Redis needs a moment before it listens. */
async function ping(host: string): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const socket = connect({ host, port: 6379, timeout: 2_000 });
    try {
      socket.write('PING\r\n');
      const [answer] = await once(socket, 'data', { signal: AbortSignal.timeout(2_000) });
      return String(answer).trim();
    } catch (error) {
      if (attempt === 20) throw error;
      await once(AbortSignal.timeout(100), 'abort');
    } finally {
      socket.destroy();
    }
  }
}
