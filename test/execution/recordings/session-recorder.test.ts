import test, { type ExecutionContext } from 'ava';
import { readRecording } from '../../../src/commands/audit/recordings.ts';
import { makeRoom, removeOldRecordings } from '../../../src/execution/recordings/remove-old-recordings.ts';
import { SessionRecorder } from '../../../src/execution/recordings/session-recorder.ts';
import { SatsumaError } from '../../../src/model/errors.ts';
import { maxRecordings, maxRecordingsOfOne, type RecordingRecord } from '../../../src/model/recording.ts';
import type { Cluster } from '../../../src/state/cluster.ts';
import type { Store } from '../../../src/store/store.ts';
import { startCluster } from '../../fixtures/harness.ts';

const owner = { who: 'ana', role: 'team', from: '127.0.0.1', request: 'r' };
const target = {
  verb: 'exec',
  container: 'web',
  containerId: 'c1',
  engine: 'a',
  command: ['sh'],
  isTerminal: true,
} as const;
const begin = (cluster: Cluster) => SessionRecorder.begin(cluster, owner, target);
const output = (text: string | Buffer) => ({ stream: 'stdout', bytes: Buffer.from(text) }) as const;

async function idOf({ store }: Cluster): Promise<string> {
  return (await store.list('recording'))[0]?.id ?? '';
}

async function eventsOf(cluster: Cluster): Promise<readonly (readonly [string, string])[]> {
  const events: (readonly [string, string])[] = [];
  for await (const line of readRecording(cluster, await idOf(cluster))) {
    if (Array.isArray(line)) events.push([String(line[1]), String(line[2])]);
  }
  return events;
}

test('output and window sizes are in order, and a split character is complete', async (t) => {
  const cluster = await startCluster(t);
  const recorder = await begin(cluster);
  recorder.resize({ rows: 50, columns: 132 });
  const letter = Buffer.from('ä');
  await recorder.add(output(letter.subarray(0, 1)));
  await recorder.add(output(letter.subarray(1)));
  await recorder.close();
  t.deepEqual(await eventsOf(cluster), [
    ['r', '132x50'],
    ['o', 'ä'],
  ]);
});

test('the stored recording is not readable', async (t) => {
  const cluster = await startCluster(t);
  const recorder = await begin(cluster);
  await recorder.add(output('the password is swordfish'));
  await recorder.close();
  const dump = JSON.stringify([await cluster.store.list('recording'), await cluster.store.list('recording-chunk')]);
  t.notRegex(dump, /swordfish|c3dvcmRmaXNo/);
});

test('a chunk in another position is rejected', async (t) => {
  const cluster = await startCluster(t);
  const recorder = await begin(cluster);
  await recorder.add(output('x'.repeat(100_000)));
  await recorder.close();
  const [first, second] = await cluster.store.list('recording-chunk');
  if (!first || !second) return t.fail('it has two chunks');
  await cluster.store.write([{ kind: 'recording-chunk', id: second.id, value: first.value }]);
  await t.throwsAsync(eventsOf(cluster), { code: 'registry_key' });
});

test('a session with a full recording ends, and so does the recording', async (t) => {
  const cluster = await startCluster(t);
  const recorder = await begin(cluster);
  const fill = async () => {
    for (let at = 0; at < 200; at += 1) await recorder.add(output('y'.repeat(64 * 1024)));
  };
  await t.throwsAsync(fill, { code: 'not_recorded' });
  t.true(recorder.signal.aborted);
  await recorder.close();
  const [kept] = await cluster.store.list('recording');
  t.truthy(kept?.value.endedAt);
  t.true((kept?.value.bytes ?? 0) <= 8 * 2 ** 20);
});

test('a session whose recording is removed ends', async (t) => {
  const cluster = await startCluster(t);
  const recorder = await begin(cluster);
  await cluster.store.write([{ kind: 'recording', id: await idOf(cluster) }]);
  await t.throwsAsync(recorder.add(output('z'.repeat(100_000))), { code: 'not_recorded' });
  await recorder.close();
});

test('a short outage of the store loses nothing, even if a write without response succeeded', async (t) => {
  let trouble: 'none' | 'before' | 'after' = 'none';
  const away = () => new SatsumaError('store_unavailable', 'away');
  const wrap = (store: Store): Store => ({
    ...store,
    write: async (changes, guard) => {
      const now = changes.some(({ kind }) => kind === 'recording') ? trouble : 'none';
      if (now === 'before') throw away();
      const written = await store.write(changes, guard);
      if (now === 'after') throw away();
      return written;
    },
  });
  const cluster = await startCluster(t, { wrap });
  const recorder = await begin(cluster);
  const pieces = ['before', 'after', 'none'] as const;
  for (const each of pieces) {
    trouble = each;
    await recorder.add(output(each.repeat(12_000)));
  }
  await recorder.close();
  const text = (await eventsOf(cluster)).map(([, piece]) => piece).join('');
  t.is(text, pieces.map((each) => each.repeat(12_000)).join(''));
});

test('a session ends if the store stays unavailable', async (t) => {
  let isAway = false;
  const wrap = (store: Store): Store => ({
    ...store,
    write: async (changes, guard) => {
      if (isAway) throw new SatsumaError('store_unavailable', 'away');
      return await store.write(changes, guard);
    },
  });
  const cluster = await startCluster(t, { wrap });
  const recorder = await begin(cluster);
  isAway = true;
  const go = async () => {
    for (let at = 0; at < 100; at += 1) await recorder.add(output('w'.repeat(64 * 1024)));
  };
  await t.throwsAsync(go, { code: 'not_recorded' });
  isAway = false;
  await recorder.close();
});

test('expired recordings are removed', async (t) => {
  const { cluster, recording, write, ids } = await withRecordings(t);
  const now = cluster.clock.now();
  await write('old', recording('ana', now - 90_000_000));
  await write('young', recording('ana', now));
  await removeOldRecordings(cluster);
  t.deepEqual(await ids(), ['young']);
});

test('if there is no space, the owner with the most data loses its oldest recording', async (t) => {
  const { cluster, recording, write, ids } = await withRecordings(t);
  const now = cluster.clock.now();
  await write('a', recording('ana', now - 1_000));
  for (let at = 0; at < maxRecordings; at += 1)
    await write(`b${String(at).padStart(4, '0')}`, recording('ben', now + at));
  await makeRoom(cluster, 'eve');
  const left = await ids();
  t.is(left.length, maxRecordings - 1, 'there is room for one more');
  t.deepEqual(left.slice(0, 2), ['a', 'b0002']);

  await write('large', recording('eve', now + 10_000, 200 * 2 ** 20));
  await makeRoom(cluster, 'ben');
  t.deepEqual(await ids(), left.slice(0, 1).concat(left.slice(-(maxRecordingsOfOne - 1))));
});

test('an owner at its limit loses its own oldest recording, with a log line and an audit entry', async (t) => {
  const { cluster, recording, write, ids } = await withRecordings(t);
  const now = cluster.clock.now();
  await write('a', recording('ana', now - 10_000));
  for (let at = 0; at < maxRecordingsOfOne; at += 1) {
    const ended = { sha256: 'f'.repeat(64), bytes: 7 };
    await write(`b${String(at).padStart(4, '0')}`, { ...recording('ben', now + at), ...ended });
  }
  const lines: unknown[] = [];
  const entries: unknown[] = [];
  const logger = { ...cluster.logger, warn: (fields: object) => lines.push(fields) } as unknown as Cluster['logger'];
  const audit = { note: (entry: unknown) => entries.push(entry) } as unknown as NonNullable<Cluster['audit']>;
  await makeRoom({ ...cluster, logger, audit }, 'ana');
  t.deepEqual(lines, []);
  await makeRoom({ ...cluster, logger, audit }, 'ben');
  const left = await ids();
  t.is(left.length, maxRecordingsOfOne);
  t.deepEqual(left.slice(0, 2), ['a', 'b0001']);
  t.like(lines, [{ recording: 'b0000', who: 'ben', by: 'ben' }]);
  t.like(entries, [{ who: 'ben', verb: 'remove', noun: 'audit', recording: { id: 'b0000', bytes: 7 } }]);
});

async function withRecordings(t: ExecutionContext) {
  const cluster = await startCluster(t, { settings: { audit: { keepMs: 86_400_000 } } });
  const recording = (who: string, startedAt: number, storedBytes = 1): RecordingRecord => ({
    ...{ who, role: 'team', from: '', verb: 'exec', container: 'web', containerId: 'c', engine: 'a' },
    ...{ startedAt: new Date(startedAt).toISOString(), endedAt: null, bytes: 1, sha256: null, chunks: 1, storedBytes },
  });
  const write = (id: string, value: RecordingRecord) => cluster.store.write([{ kind: 'recording', id, value }]);
  const ids = async () => (await cluster.store.list('recording')).map(({ id }) => id);
  return { cluster, recording, write, ids };
}
