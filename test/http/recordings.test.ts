import { createHash } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { SatsumaError } from '../../src/model/errors.ts';
import type { Store } from '../../src/store/store.ts';
import { eventually } from '../controllers/services/stage.ts';
import type { ClusterOptions } from '../fixtures/harness.ts';
import { openAs, openDoor } from './open-door.ts';

/** A container, and somebody whose sessions a policy has recorded. */
async function open(t: ExecutionContext, options: ClusterOptions = {}) {
  const { cluster, call } = await openDoor(t, { engines: 1, isAudited: true, ...options });
  await call('POST', '/apiv1/container', { name: 'demo/busybox:1', type: 'label', container_name: 'web' });
  await call('POST', '/apiv1/policy', { name: 'watched', rules: { record_sessions: true, other_containers: true } });
  await call('POST', '/apiv1/policy', { name: 'free', rules: {} });
  for (const policy of ['watched', 'free']) {
    const rules = [{ verbs: ['*'], nouns: ['container'] }];
    t.is((await call('POST', '/apiv1/role', { name: policy, rules, policy })).status, 201);
  }
  const as = await openAs(cluster, 'watched');
  const exec = (cmd: readonly string[], query = '') => as('POST', `/apiv1/container/web/exec${query}`, { cmd });
  const recordings = async () => (await call('GET', '/apiv1/audit/recordings')).body.data;
  return { cluster, call, exec, recordings };
}

test('what an exec prints is recorded, and the audit has its SHA-256', async (t) => {
  const { call, exec, recordings } = await open(t);
  t.is((await exec(['echo', 'hello'])).body.data.stdout, 'ran echo hello\n');
  const [recording, ...others] = await recordings();
  t.is(others.length, 0);
  t.like(recording, { who: 'of-watched', role: 'watched', verb: 'exec', container: 'web', engine: 'a' });
  t.is(typeof recording.ended_at, 'string');

  const { body, status } = await call('GET', `/apiv1/audit/recording/${recording.id}`);
  t.is(status, 200);
  const [head, ...events] = String(body)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  t.like(head, { version: 2, width: 80, height: 24, command: 'echo hello', title: 'web on a' });
  t.deepEqual(
    events.map(([, kind, text]: [number, string, string]) => [kind, text]),
    [
      ['o', 'ran echo hello\r\n'],
      ['o', 'err\r\n'],
    ],
  );

  const sha256 = createHash('sha256').update(String(body)).digest('hex');
  t.is(recording.sha256, sha256);
  const entries = async () => (await call('GET', '/apiv1/audit')).body.data;
  const ofRecording = async () => (await entries()).find((each: { recording?: object }) => each.recording);
  await eventually(t, async () => (await ofRecording()) !== undefined);
  t.like(await ofRecording(), {
    who: 'of-watched',
    target: 'web',
    result: 'done',
    recording: { id: recording.id, sha256 },
  });
});

test('a stream is recorded as well, and whoever the policy does not name is not', async (t) => {
  const { cluster, exec, recordings } = await open(t);
  await exec(['echo', 'hello'], '?stream=true');
  t.is((await recordings()).length, 1);
  const free = await openAs(cluster, 'free');
  t.is((await free('POST', '/apiv1/container/web/exec', { cmd: ['true'] })).status, 200);
  t.is((await recordings()).length, 1);
});

test('a session that did not begin leaves no recording', async (t) => {
  const { cluster, exec, recordings } = await open(t);
  cluster.engines[0]?.fail('startExec', 'wrong_state');
  t.not((await exec(['true'])).status, 200);
  t.deepEqual(await recordings(), []);
});

test('a session that may have begun, although the call was broken off, stays on record as failed', async (t) => {
  const { call, cluster, exec, recordings } = await open(t);
  cluster.engines[0]?.fail('startExec', 'engine_timeout');
  t.not((await exec(['rm', '-rf', '/data'])).status, 200);
  const [recording] = await recordings();
  t.regex(String((await call('GET', `/apiv1/audit/recording/${recording.id}`)).body), /"command":"rm -rf \/data"/);
  const entries = async () => (await call('GET', '/apiv1/audit')).body.data;
  const ofRecording = async () => (await entries()).find((each: { recording?: object }) => each.recording);
  await eventually(t, async () => (await ofRecording())?.result === 'failed');
});

test('where a recording cannot begin, nothing is run', async (t) => {
  let isAway = false;
  const wrap = (store: Store): Store => ({
    ...store,
    write: (changes, guard) => {
      const isRecording = changes.some(({ kind }) => kind === 'recording');
      if (isAway && isRecording) return Promise.reject(new SatsumaError('store_unavailable', 'away'));
      return store.write(changes, guard);
    },
  });
  const { cluster, exec } = await open(t, { wrap });
  isAway = true;
  t.is((await exec(['true'])).body.code, 'store_unavailable');
  t.false(cluster.engines[0]?.calls.some((call) => call.startsWith('startExec')));
});

test('a recording is not for whoever may only read', async (t) => {
  const { cluster, exec, recordings } = await open(t);
  await exec(['true']);
  const [{ id }] = await recordings();
  const operator = await openAs(cluster, 'operator');
  t.is((await operator('GET', `/apiv1/audit/recording/${id}`)).status, 403);
});

test('a recording that is not there is 404, and what is no id 400', async (t) => {
  const { call } = await open(t);
  const missing = await call('GET', '/apiv1/audit/recording/0b5c6a1e-3f0d-4d39-9f1c-6a2f8f7c1d10');
  t.like(missing, { status: 404, body: { code: 'no_such_recording' } });
  t.is((await call('GET', '/apiv1/audit/recording/..%2fx')).status, 400);
});
