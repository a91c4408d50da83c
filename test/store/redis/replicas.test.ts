import { EventEmitter } from 'node:events';
import test from 'ava';
import type { Redis } from 'ioredis';
import { withReplicas } from '../../../src/store/redis/replicas.ts';

/** A client whose WAIT ends when the test says so. */
class Waiting extends EventEmitter {
  readonly waits: ((reached: number) => void)[] = [];

  wait(): Promise<number> {
    return new Promise((resolve) => this.waits.push(resolve));
  }

  change() {
    const client = this as unknown as Redis;
    return withReplicas(client, async (call) => call(client), 2, 'here:1');
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('a change is acknowledged when enough replicas have it', async (t) => {
  const client = new Waiting();
  let isOver = false;
  const answer = client
    .change()(async () => 'ok')
    .finally(() => {
      isOver = true;
    });
  await turn();
  t.false(isOver);
  client.waits[0]?.(2);
  t.is(await answer, 'ok');
});

test('a change that too few replicas have is store_unavailable', async (t) => {
  const client = new Waiting();
  const answer = client.change()(async () => 'ok');
  await turn();
  client.waits[0]?.(1);
  await t.throwsAsync(answer, { code: 'store_unavailable', message: /1 of 2 replicas/ });
});

test('changes share a WAIT, but never one that was sent before them', async (t) => {
  const client = new Waiting();
  const change = client.change();
  const first = change(async () => 'first');
  await turn();
  const others = Promise.all([change(async () => 'second'), change(async () => 'third')]);
  await turn();
  t.is(client.waits.length, 1);
  client.waits[0]?.(2);
  t.is(await first, 'first');
  await turn();
  t.is(client.waits.length, 2);
  client.waits[1]?.(2);
  t.deepEqual(await others, ['second', 'third']);
});

test('a WAIT on another connection than the change does not count', async (t) => {
  const client = new Waiting();
  const change = client.change();
  const lost = t.throwsAsync(
    change(async () => {
      client.emit('close');
      return 'ok';
    }),
    { message: /closed/ },
  );
  await turn();
  client.waits[0]?.(2);
  await lost;
});
