import { execFileSync } from 'node:child_process';
import test, { type ExecutionContext } from 'ava';
import { createToken } from '../../src/commands/accounts/tokens.ts';
import type { AuditEntry } from '../../src/model/audit.ts';
import { eventually } from '../controllers/services/stage.ts';
import { openDoor, openOther } from './open-door.ts';

const resetAfterWriting = `
  const [port, text] = process.argv.slice(1);
  const socket = require('node:net').connect(Number(port), '127.0.0.1');
  socket.write(text, () => socket.resetAndDestroy());
`;

async function open(t: ExecutionContext) {
  const door = await openDoor(t, { engines: 1, isAudited: true }, 'token');
  const as = async (name: string, role: string) => {
    const { token } = await createToken(door.cluster, { name, role }, { name: 'test', role: 'admin' });
    return (method: string, url: string, body?: unknown) =>
      door.call(method, url, body, { authorization: `Bearer ${token}` });
  };
  const root = await as('root', 'admin');
  const recorded = async (query = ''): Promise<AuditEntry[]> => (await root('GET', `/apiv1/audit${query}`)).body.data;
  /** They are written a moment later. */
  const untilRecorded = async (count: number, query = ''): Promise<AuditEntry[]> => {
    let found: AuditEntry[] = [];
    await eventually(
      t,
      async () => {
        found = await recorded(query);
        return found.length >= count;
      },
      () => found,
    );
    return found;
  };
  return { ...door, as, root, untilRecorded };
}

test('who did what to what is recorded, and what only reads is not', async (t) => {
  const { as, untilRecorded } = await open(t);
  const ana = await as('ana', 'operator');
  const made = await ana('POST', '/apiv1/container', { name: 'demo/busybox:1', container_name: 'web', type: 'multi' });
  t.is(made.status, 201);
  await ana('GET', '/apiv1/containers');
  await ana('POST', '/apiv1/container/web/stop');
  await ana('POST', '/apiv1/container/nothing/stop');
  await ana('DELETE', '/apiv1/container/web');
  const entries = await untilRecorded(4, '?who=ana');
  t.is(entries.length, 4);
  const by = { who: 'ana', role: 'operator', from: '127.0.0.1', noun: 'container' };
  t.like(entries[3], { ...by, verb: 'create', target: 'web', result: 'done', status: 201, code: null });
  t.like(entries[2], { ...by, verb: 'update', target: 'web', path: '/apiv1/container/web/stop', method: 'POST' });
  t.like(entries[1], { ...by, target: 'nothing', result: 'failed', status: 404, code: 'no_such_container' });
  t.like(entries[0], { ...by, verb: 'remove', target: 'web', result: 'done' });
  t.is(entries[3]?.request, made.headers['x-request-id'] as string);
});

test('what was refused is recorded, whatever it was, and who is not known has no name', async (t) => {
  const { as, call, untilRecorded } = await open(t);
  const eve = await as('eve', 'viewer');
  await eve('GET', '/apiv1/tokens');
  await eve('POST', '/apiv1/container', { name: 'demo/busybox:1', type: 'multi' });
  await call('GET', '/apiv1/containers');
  await call('GET', '/apiv1/containers', undefined, { authorization: 'Bearer satsuma_wrong' });
  const refused = await untilRecorded(4, '?result=refused');
  t.is(refused.length, 4);
  t.like(refused[3], { who: 'eve', role: 'viewer', verb: 'read', noun: 'token', status: 403, code: 'forbidden' });
  t.like(refused[2], { who: 'eve', verb: 'create', noun: 'container', status: 403 });
  for (const each of refused.slice(0, 2)) t.like(each, { who: null, role: null, status: 401, code: 'unauthenticated' });
});

test('a login is recorded with the account, and one that failed without what was typed', async (t) => {
  const { root, call, untilRecorded } = await open(t);
  const password = 'correct horse battery';
  t.is((await root('POST', '/apiv1/account', { name: 'ana', role: 'viewer', password })).status, 201);
  const login = await call('POST', '/apiv1/login', { account: 'ana', password });
  t.is(login.status, 201);
  await call('DELETE', '/apiv1/container/web', undefined, { authorization: `Bearer ${login.body.data.token}` });
  t.is((await call('POST', '/apiv1/login', { account: 'correct-horse', password })).status, 401);
  const entries = await untilRecorded(2, '?verb=create&noun=token');
  t.like(entries[1], { who: 'ana', role: 'viewer', result: 'done', status: 201, path: '/apiv1/login' });
  t.like(entries[0], { who: null, role: null, result: 'refused', status: 401, target: null });
  t.notRegex(JSON.stringify(entries), /horse/);
  const [refused] = await untilRecorded(1, '?who=ana&verb=remove');
  t.like(refused, { who: 'ana', role: 'viewer', result: 'refused', status: 403 });
});

test('an exec is recorded when it begins, and when it ends', async (t) => {
  const { root, untilRecorded } = await open(t);
  await root('POST', '/apiv1/container', { name: 'demo/busybox:1', container_name: 'web', type: 'multi' });
  await root('POST', '/apiv1/container/web/exec', { cmd: ['true'] });
  const entries = await untilRecorded(2, '?verb=exec');
  t.deepEqual(entries.map(({ result, target }) => [result, target]).sort(), [
    ['began', 'web'],
    ['done', 'web'],
  ]);
});

test('nothing that is secret is in the record, and the record is whole', async (t) => {
  const { as, root, cluster, untilRecorded } = await open(t);
  const secret = 'hunter2-of-the-tests';
  const ana = await as('ana', 'operator');
  const image = { name: 'demo/busybox:1', environment: { PASSWORD: secret }, type: 'multi' };
  await ana('POST', '/apiv1/container', { ...image, container_name: 'web' });
  await root('POST', '/apiv1/registry', { server: 'registry.test', username: 'ci', password: secret });
  const { body } = await root('POST', '/apiv1/token', { name: 'ci', role: 'viewer' });
  await ana('POST', `/apiv1/container?token=${secret}`, image);
  await untilRecorded(4);
  const kept = JSON.stringify(await cluster.store.list('audit-block'));
  t.false(kept.includes(secret));
  t.false(kept.includes(body.data.token));
  t.regex(kept, /registry\.test/);
  t.like((await root('GET', '/apiv1/audit/verify')).body.data, { ok: true, lost: 0 });
  const lines = (await root('GET', '/apiv1/audit/export')).body.trim().split('\n');
  t.truthy(JSON.parse(lines[0]).audit_head);
});

test('only who may read the record can, and a filter that means nothing is 400', async (t) => {
  const { as, root } = await open(t);
  const ana = await as('ana', 'operator');
  for (const path of ['audit', 'audit/verify', 'audit/export']) t.is((await ana('GET', `/apiv1/${path}`)).status, 403);
  for (const query of ['verb=fly', 'noun=x', 'limit=0', 'limit=5000', 'since=yesterday', 'result=ok', 'x=1']) {
    t.is((await root('GET', `/apiv1/audit?${query}`)).status, 400, query);
  }
});

test('a connection that was reset before it was taken does not break the chain', async (t) => {
  const { server, root, untilRecorded } = await open(t);
  await server.start();
  t.teardown(() => server.stop({ timeout: 0 }));
  // This process takes no connection meanwhile.
  execFileSync(process.execPath, [
    ...['-e', resetAfterWriting, String(server.info.port)],
    ...['DELETE /apiv1/container/x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'],
  ]);
  const [entry] = await untilRecorded(1, '?result=refused');
  t.like(entry, { who: null, from: '', target: 'x', status: 401 });
  t.like((await root('GET', '/apiv1/audit/verify')).body.data, { ok: true, problem: null });
});

test('a message to deblox that is refused, or fails, is recorded so, although its answer is 200', async (t) => {
  const { cluster, root, untilRecorded } = await open(t);
  const policy = { verbs: ['create', 'update'], nouns: ['container'] };
  t.is((await root('POST', '/apiv1/role', { name: 'desk', rules: [policy] })).status, 201);
  const deblox = await openOther(cluster, 'deblox', { enginePort: 2376, role: 'desk' });
  for (const action of ['delete-container', 'stop-container', 'create-container']) {
    t.is((await deblox('POST', '/', { action, id: 'nothing' })).status, 200, action);
  }
  const entries = await untilRecorded(3, `?who=${encodeURIComponent('door deblox')}`);
  const told = entries.map(({ verb, result, status, code }) => [verb, result, status, code]);
  t.deepEqual(told, [
    ['create', 'failed', 200, null],
    ['update', 'failed', 200, null],
    ['remove', 'refused', 200, 'forbidden'],
  ]);
});

test('what is refused before its route is looked for is recorded, and harms nobody', async (t) => {
  const { call, root, untilRecorded } = await open(t);
  const listed = '/apiv1/containers';
  for (const [method, url, headers, status] of [
    ['GET', '/nowhere', {}, 401],
    ['TRACE', listed, {}, 401],
    ['OPTIONS', listed, { authorization: 'Bearer no' }, 401],
    ['POST', listed, { origin: 'https://elsewhere.test' }, 403],
    ['GET', listed, { host: 'elsewhere.test' }, 403],
  ] as const)
    t.is((await call(method, url, undefined, headers)).status, status, `${method} ${url}`);
  const entries = await untilRecorded(5, '?result=refused');
  t.deepEqual(entries.map(({ method, path, target }) => [method, path, target]).reverse(), [
    ['GET', '/nowhere', null],
    ['TRACE', listed, null],
    ['OPTIONS', listed, null],
    ['POST', listed, null],
    ['GET', listed, null],
  ]);
  t.is((await root('GET', listed)).status, 200);
});
