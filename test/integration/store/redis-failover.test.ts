import { inspect } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { freePort } from '../../../example/lab/free-port.ts';
import { isSatsumaError } from '../../../src/model/errors.ts';
import { openRedisStore } from '../../../src/store/redis/redis-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { addEngine, claim, newReservation } from '../../store/fixtures.ts';
import { sumsOf } from '../../store/ledger-model.ts';
import { type SentinelCluster, startSentinels } from './redis-sentinels.ts';

/** What a call may take: a second for the connection, two for the answer, one for the replicas, and a busy machine. */
const boundMs = 8_000;
const cpuLimit = 200;

async function open(t: ExecutionContext, url: string): Promise<Store> {
  const store = await openRedisStore({ url });
  t.teardown(() => store.close());
  return store;
}

/** Clients at work, and what they were told. */
class Work {
  readonly bound = new Set<string>();
  readonly released = new Set<string>();
  readonly written = new Set<string>();
  readonly failedAt: number[] = [];
  acknowledgedAt: number[] = [];
  slowestMs = 0;
  isOver = false;
  readonly #clients: Promise<unknown>;

  constructor(stores: readonly Store[], engineVersion: number) {
    this.#clients = Promise.all(
      stores.flatMap((store) => Array.from({ length: 8 }, () => this.#work(store, engineVersion))),
    );
  }

  async end(): Promise<void> {
    this.isOver = true;
    await this.#clients;
  }

  /** Resolves when so many more calls than now were acknowledged. */
  async acknowledged(count: number): Promise<void> {
    for (const from = this.acknowledgedAt.length; this.acknowledgedAt.length < from + count; ) {
      await Promise.race([this.#clients, new Promise((resolve) => setTimeout(resolve, 5))]);
    }
  }

  async #work(store: Store, engineVersion: number): Promise<void> {
    while (!this.isOver) {
      const reservation = newReservation({ claims: [claim('cpu', 1, cpuLimit)] });
      const { id } = reservation;
      const reserved = await this.#ask(() => store.reserve({ reservation, engineVersion, leaseMs: 600_000 }));
      const [oldest] = this.bound;
      if (reserved?.ok === false && oldest !== undefined) await this.#release(store, oldest);
      if (!reserved?.ok) continue;
      if (!(await this.#ask(() => store.bind(id, `container of ${id}`)))) continue;
      this.bound.add(id);
      if (await this.#ask(() => store.write([{ kind: 'engine-key', id, value: { engineId: id } }]))) {
        this.written.add(id);
      }
      if (Math.random() < 0.5) await this.#release(store, id);
    }
  }

  async #release(store: Store, id: string): Promise<void> {
    // Whether it is there is not known from here to the answer.
    this.bound.delete(id);
    if (await this.#ask(() => store.release(id))) this.released.add(id);
  }

  async #ask<T>(call: () => Promise<T>): Promise<T | undefined> {
    const started = performance.now();
    try {
      const answer = await call();
      this.acknowledgedAt.push(performance.now());
      return answer;
    } catch (error) {
      if (!isSatsumaError(error, 'store_unavailable')) throw error;
      this.failedAt.push(performance.now());
      return undefined;
    } finally {
      this.slowestMs = Math.max(this.slowestMs, performance.now() - started);
    }
  }
}

/** Keeps a copy of all reservations by the feed, as a server does; `until` resolves once it has come so far. */
function follow(store: Store, signal: AbortSignal) {
  const copy = new Map<string, number>();
  let cursor = 0;
  let resets = 0;
  const run = async () => {
    while (!signal.aborted) {
      try {
        for await (const change of store.follow(cursor, signal)) {
          if (change.kind === 'reset') {
            resets += 1;
            copy.clear();
            for (const { id, version } of await store.reservations()) copy.set(id, version);
          } else if (change.kind === 'reservation' && change.value) copy.set(change.id, change.version);
          else if (change.kind === 'reservation') copy.delete(change.id);
          cursor = change.version;
        }
      } catch (error) {
        if (!isSatsumaError(error, 'store_unavailable')) throw error;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  };
  const running = run();
  return {
    copy,
    resets: () => resets,
    async until(version: number) {
      for (const deadline = Date.now() + 30_000; cursor < version && Date.now() < deadline; ) {
        await Promise.race([running, new Promise((resolve) => setTimeout(resolve, 5))]);
      }
    },
  };
}

const failover = test.macro(async (t, strike: (cluster: SentinelCluster) => Promise<(() => void) | undefined>) => {
  t.timeout(120_000);
  const cluster = await startSentinels(t);
  const stores = [await open(t, cluster.url), await open(t, cluster.url)];
  const [store] = stores as [Store];
  const { version } = await addEngine(store);
  const abort = new AbortController();
  t.teardown(() => abort.abort());
  const follower = follow(store, abort.signal);
  const work = new Work(stores, version);
  t.teardown(() => work.end());
  await work.acknowledged(1_000);

  const switched = cluster.event('+switch-master');
  const struckAt = performance.now();
  const undo = await strike(cluster);
  await switched;
  const switchedAt = performance.now();
  const known = work.acknowledgedAt.length;
  await work.acknowledged(1_000);
  if (undo) {
    const demoted = cluster.event('+convert-to-slave');
    undo();
    await demoted;
    await work.acknowledged(200);
  }
  await work.end();

  const backAt = work.acknowledgedAt.slice(known)[0] ?? Number.POSITIVE_INFINITY;
  const stored = new Map((await store.reservations()).map(({ id, value }) => [id, value]));
  const documents = new Set((await store.list('engine-key')).map(({ id }) => id));
  t.log(
    `switched after ${Math.round(switchedAt - struckAt)} ms, written again after ${Math.round(backAt - struckAt)} ms;`,
    `${work.acknowledgedAt.length} calls acknowledged, ${work.failedAt.length} failed,`,
    `the slowest took ${Math.round(work.slowestMs)} ms; the feed was reset ${follower.resets()} times`,
  );
  t.true(work.failedAt.length > 0, 'no call met the failover');
  t.true(work.slowestMs < boundMs, `the slowest call took ${Math.round(work.slowestMs)} ms`);
  const lost = [...work.bound].filter((id) => stored.get(id)?.state !== 'bound');
  t.deepEqual(lost, [], 'bound reservations that are lost');
  t.deepEqual(
    [...work.written].filter((id) => !documents.has(id)),
    [],
    'documents that are lost',
  );
  t.deepEqual(
    [...work.released].filter((id) => stored.has(id)),
    [],
    'released reservations that are back',
  );
  const sums = await store.sums('alpha');
  t.deepEqual(sums, sumsOf([...stored.values()].flatMap(({ claims }) => claims)));
  t.true((sums.get('cpu') ?? 0) <= cpuLimit);

  await follower.until(await store.head());
  t.deepEqual([...follower.copy.keys()].sort(), [...stored.keys()].sort());
});

test.serial(
  'the primary is killed: nothing acknowledged is lost, and the store works on by itself',
  failover,
  async (cluster) => {
    await cluster.servers[0]?.kill();
    return undefined;
  },
);

test.serial('the primary is frozen and wakes up: what it missed is not undone', failover, async (cluster) => {
  cluster.servers[0]?.signal('SIGSTOP');
  return () => cluster.servers[0]?.signal('SIGCONT');
});

test.serial('a change that no replica has is not acknowledged, in time, and reads go on', async (t) => {
  const { url, servers } = await startSentinels(t);
  const store = await open(t, url);
  await addEngine(store, 'before');
  for (const server of servers.slice(1)) server.signal('SIGSTOP');
  const started = performance.now();
  const refused = Array.from({ length: 20 }, (_, index) => {
    const expected = { code: 'store_unavailable', message: /has the change, and 0 of 1 replicas; it may be lost/ };
    return t.throwsAsync(addEngine(store, `engine-${index}`), expected);
  });
  const read = await store.read('engine', 'before');
  t.is(read?.id, 'before');
  await Promise.all(refused);
  t.true(performance.now() - started < boundMs, `it took ${Math.round(performance.now() - started)} ms`);
  for (const server of servers.slice(1)) server.signal('SIGCONT');
  await addEngine(store, 'after');
  t.truthy(await store.read('engine', 'after'));
});

test.serial(
  'opening fails clearly where no Sentinel answers, or none knows the name, and tells no password',
  async (t) => {
    const { url } = await startSentinels(t);
    const nowhere = `redis+sentinel://:geheim@127.0.0.1:${await freePort()}/mymaster`;
    for (const bad of [nowhere, url.replace('/mymaster', '/other')]) {
      const error = await t.throwsAsync(openRedisStore({ url: bad }), { code: 'store_unavailable' });
      t.regex(error?.message ?? '', /^Redis at (mymaster|other) \(Sentinels 127.*\) is not found by its Sentinels/);
      t.notRegex(inspect(error, { depth: 20, showHidden: true }), /geheim|sesame/);
    }
    const wrong = await t.throwsAsync(openRedisStore({ url: url.replace(':geheim@', ':hunter2@') }));
    t.regex(wrong?.message ?? '', /refuses the user or the password/);
    t.notRegex(inspect(wrong, { depth: 20, showHidden: true }), /hunter2|sesame/);
    const shut = await t.throwsAsync(openRedisStore({ url: url.replace('sesame', 'hunter2') }));
    t.notRegex(inspect(shut, { depth: 20, showHidden: true }), /hunter2|geheim/);
    await t.throwsAsync(openRedisStore({ url: 'redis+sentinel://127.0.0.1' }), { code: 'invalid' });
  },
);
