import test, { type ExecutionContext } from 'ava';
import { runContainer } from '../../../src/execution/run-container.ts';
import type { EventId } from '../../../src/model/cluster-event.ts';
import { readEventId, writeEventId } from '../../../src/model/cluster-event.ts';
import { EventLog, type EventLogItem, type EventQuery } from '../../../src/state/events/event-log.ts';
import { publishContainers, resyncAll, startCluster, type TestCluster } from '../../fixtures/harness.ts';

const image = { name: 'demo/busybox:1', type: 'label', restart_policy: {} } as const;

function logOf(t: ExecutionContext, cluster: TestCluster): EventLog {
  const log = new EventLog(cluster);
  t.teardown(() => log.close());
  return log;
}

/** A reader, and all that it was told. */
function reader(t: ExecutionContext, log: EventLog, query: Omit<EventQuery, 'signal'> = {}) {
  const end = new AbortController();
  t.teardown(() => end.abort());
  const news: EventLogItem[] = [];
  const reading = (async () => {
    for await (const each of log.read({ ...query, signal: end.signal })) news.push(each);
  })();
  const told = () => news.flatMap((each) => (each.type === 'event' ? [`${each.event.kind}.${each.event.action}`] : []));
  const until = async (isSo: () => boolean) => {
    for (let tries = 0; !isSo() && tries < 3_000; tries++) await new Promise((resolve) => setTimeout(resolve, 10));
    if (!isSo()) t.fail(`told only ${told().join(' ')}`);
  };
  const begun = () => until(() => news.length > 0);
  return { news, told, until, begun, reading, end: () => end.abort() };
}

const ids = (news: readonly EventLogItem[]) =>
  news.flatMap((each) => (each.type === 'event' ? [writeEventId(each.id)] : []));

test('events of a container of ours are in order, with its name, engine and time', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await publishContainers(t, cluster);
  const { news, told, until, begun } = reader(t, logOf(t, cluster));
  await begun();
  const { container } = { container: await runContainer(cluster, { ...image, container_name: 'web' }, {}) };
  await resyncAll(cluster);
  await until(() => told().includes('container.start'));
  cluster.engines[0]?.exit('web', 3);
  await resyncAll(cluster);
  await until(() => told().includes('container.die'));
  await cluster.engines[0]?.removeContainer(container.id);
  await resyncAll(cluster);
  await until(() => told().includes('container.destroy'));
  const wanted = [
    'reservation.reserve',
    'reservation.bind',
    'container.create',
    'container.start',
    'container.die',
    'container.destroy',
  ];
  t.deepEqual(
    told().filter((each) => wanted.includes(each)),
    wanted,
  );
  const died = news.find((each) => each.type === 'event' && each.event.action === 'die');
  t.like(died, {
    event: {
      kind: 'container',
      name: 'web',
      id: container.id,
      engine: 'a',
      attributes: { image: 'demo/busybox:1', state: 'exited' },
    },
  });
  t.regex(died?.type === 'event' ? died.event.at : '', /^\d{4}-.*Z$/);
});

test('two servers produce the same events with the same ids, so a reader can switch servers', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const [one, other] = [logOf(t, cluster), logOf(t, cluster)];
  const [first, second] = [reader(t, one), reader(t, other)];
  await Promise.all([first.begun(), second.begun()]);
  for (const name of ['w-1', 'w-2', 'w-3']) await runContainer(cluster, { ...image, container_name: name }, {});
  await first.until(() => first.told().length >= 6);
  await second.until(() => second.told().length >= 6);
  t.deepEqual(ids(first.news), ids(second.news));
  const after = readEventId(ids(first.news)[2] ?? '');
  const third = reader(t, other, { after });
  await third.until(() => third.told().length >= 3);
  t.deepEqual(ids(third.news), ids(first.news).slice(3));
});

test('a server that started later produces the events in the feed, without wrong actions', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const early = reader(t, logOf(t, cluster));
  await early.begun();
  const begin = early.news[0]?.type === 'idle' ? early.news[0].id : undefined;
  for (const name of ['w-1', 'w-2']) await runContainer(cluster, { ...image, container_name: name }, {});
  await early.until(() => early.told().length >= 4);
  const late = reader(t, logOf(t, cluster), { after: begin });
  await late.until(() => late.news.some(({ type }) => type === 'idle'));
  t.deepEqual(ids(late.news), ids(early.news));
  t.is(
    late.news.find(({ type }) => type === 'reset'),
    undefined,
  );
  t.deepEqual(late.told().slice(0, 2), ['reservation.update', 'reservation.bind']);
  await runContainer(cluster, { ...image, container_name: 'w-3' }, {});
  await late.until(() => late.told().length >= 6);
  t.deepEqual(late.told().slice(-2), ['reservation.reserve', 'reservation.bind']);
});

const lost = test.macro({
  exec: async (t, change: (id: EventId) => EventId) => {
    const cluster = await startCluster(t, { engines: 1 });
    const first = reader(t, logOf(t, cluster));
    await first.begun();
    const place = first.news[0];
    if (place?.type !== 'idle') return t.fail();
    const back = reader(t, logOf(t, cluster), { after: change(place.id) });
    await back.until(() => back.news.some(({ type }) => type === 'reset'));
    await back.until(() => back.news.some(({ type }) => type === 'idle'));
    await runContainer(cluster, { ...image, container_name: 'web' }, {});
    await back.until(() => back.told().length >= 2);
    t.deepEqual(back.told(), ['reservation.reserve', 'reservation.bind'], 'and goes on from there');
  },
  title: (what) => `a returning reader gets a reset ${what}`,
});
test('from another store', lost, (id) => ({ ...id, epoch: 'another-one' }));
test('from a store that lost its last writes', lost, (id) => ({ ...id, version: id.version + 1_000 }));

test('events since a time include what the feed has, with previous values', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await runContainer(cluster, { ...image, container_name: 'old' }, {});
  const sinceMs = Date.now() - 3_600_000;
  const { told, until } = reader(t, logOf(t, cluster), { sinceMs });
  await until(() => told().length >= 4);
  t.deepEqual(told().slice(0, 4), ['engine.create', 'engine.ok', 'reservation.reserve', 'reservation.bind']);
  const past = reader(t, logOf(t, cluster), { sinceMs, untilMs: Date.now() - 60_000 });
  await past.reading;
  t.deepEqual(past.told(), []);
});

test('a slow reader is disconnected with a reason, and uses no memory', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const log = logOf(t, cluster);
  const end = new AbortController();
  t.teardown(() => end.abort());
  const slow = log.read({ signal: end.signal });
  t.like(await slow.next(), { value: { type: 'idle' } });
  const quick = reader(t, log);
  await quick.begun();
  for (let n = 0; n < 90; n++) {
    const changes = Array.from({ length: 100 }, (_, each) => ({
      ...({
        kind: 'image',
        id: `i-${n}-${each}`,
        value: { version: 1, image, savedAt: '2026-01-01T00:00:00Z' },
      } as const),
    }));
    await cluster.store.write(changes);
  }
  await quick.until(() => quick.told().length === 9_000);
  t.like(await slow.next(), { value: { type: 'cut' } });
  t.true((await slow.next()).done);
});

test('events before the first time in the feed get that time', async (t) => {
  const cluster = await startCluster(t, { engines: 3 });
  cluster.clock.turn(3_600_000);
  const { news, reading } = reader(t, logOf(t, cluster), { sinceMs: 1, isOnce: true });
  await reading;
  const told = news.flatMap((each) => (each.type === 'event' ? [each.event] : []));
  t.is(told.filter(({ kind, action }) => kind === 'engine' && action === 'create').length, 3);
  const times = told.map(({ at }) => Date.parse(at));
  t.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
  t.true((times[0] ?? Number.NaN) < cluster.clock.now() - 3_000_000);
});
