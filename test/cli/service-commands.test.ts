import test from 'ava';
import { untilShown } from '../controllers/services/stage.ts';
import { cells, terminal } from './terminal.ts';

const create = 'service create web --monitor 0 --shutdown-delay 0';
const image = 'demo/busybox:1';

test('create waits until all replicas are ready, and tells each change in a line', async (t) => {
  const { type } = await terminal(t, { isKept: true });
  const { code, out } = await type(`${create} --replicas 2 -p 80 ${image}`);
  t.is(code, 0);
  const lines = out.trim().split('\n');
  t.is(lines.at(0), 'web: generation 1, updating, 0 of 2 ready');
  t.true(lines.includes('web: generation 1, running, 2 of 2 ready'));
  t.false(out.includes('\x1b'), 'nothing is drawn in place where there is no terminal');
  t.like(cells((await type('service ls')).out), [
    ['NAME', 'STATE', 'READY', 'IMAGE', 'GENERATION', 'MESSAGE'],
    ['web', 'running', '2 of 2', 'demo/busybox:1', '1'],
  ]);
  const [, header, ...rows] = cells((await type('service ps web')).out);
  t.deepEqual(header, ['REPLICA', 'GENERATION', 'STATE', 'ENGINE', 'CONTAINER', 'ADDRESSES', 'REASON']);
  t.deepEqual(
    rows.map((row) => row.slice(0, 3)),
    [
      ['web.1', '1', 'ready'],
      ['web.2', '1', 'ready'],
    ],
  );
  const [, entry] = cells((await type('catalog web')).out);
  t.regex(entry?.join(' ') ?? '', /^web\.1 [ab]\.test:\d+ 80\/tcp [ab] \S{1,12}$/);
});

test('on a terminal a table is drawn in place, and fits', async (t) => {
  const { type } = await terminal(t, { isKept: true });
  const { out } = await type(`${create} --replicas 3 ${image}`, { terminal: () => ({ columns: 30, rows: 5 }) });
  const last = out.slice(out.lastIndexOf('\x1b[J') + 3);
  const lines = last.trimEnd().split('\n');
  t.deepEqual(lines.slice(0, 1).concat(lines.slice(-1)), ['web: generation 1, running, 3', '... and 3 more']);
  for (const line of lines) t.true(line.length < 30);
  t.true(out.includes('A\r\x1b[J'));
});

test('every option of a service arrives', async (t) => {
  const { type } = await terminal(t);
  const options =
    '-d -p 80 -e A=1 --health-http 80/up --health-interval 2 --health-retries 5 --parallelism 2 --delay 1 ' +
    '--order stop-first --max-failure 3 --on-failure rollback --grace 7 --link db:database --link cache --spread zone';
  const { code, out } = await type(`${create} ${options} ${image} sleep 60`);
  t.deepEqual({ code, out }, { code: 0, out: 'web: generation 1\n' });
  const shown = JSON.parse((await type('service inspect web')).out);
  t.like(shown, {
    image: { args: ['sleep', '60'], environment: { A: '1' }, spread: 'zone', bind_ports: [{ container_port: 80 }] },
    health: { type: 'http', port: 80, path: '/up', interval: 2, timeout: 2, retries: 5 },
    update: { parallelism: 2, delay: 1, order: 'stop-first', monitor: 0, max_failure: 3, on_failure: 'rollback' },
    ...{ grace: 7, shutdown_delay: 0, links: { db: 'database', cache: 'cache' } },
  });
});

test('an update changes what is said and leaves the rest; words behind -- are arguments', async (t) => {
  const { type } = await terminal(t);
  await type(`${create} -d -e A=1 -e B=1 --health-tcp 80 -p 80 ${image}`);
  t.is((await type('service update web -d -e B=2 -- sleep 60')).out, 'web: generation 2\n');
  t.is((await type('service update web -d --no-health')).out, 'web: generation 3\n');
  const shown = JSON.parse((await type('service inspect web')).out);
  t.like(shown.image, { name: 'demo/busybox:1', environment: { A: '1', B: '2' }, args: ['sleep', '60'] });
  t.false('health' in shown);
  t.is((await type('service rollback web -d')).out, 'web: generation 4\n');
  t.deepEqual(
    cells((await type('service history web')).out).map((row) => [row[0], row[2], row[5]]),
    [
      ['GENERATION', 'CAUSE', 'TEMPLATE'],
      ['1', 'create', '1'],
      ['2', 'update', '2'],
      ['3', 'update', '3'],
      ['4', 'rollback', '2'],
    ],
  );
});

test('scale takes one or several, pause and resume take a name, rm waits', async (t) => {
  const { type } = await terminal(t, { isKept: true });
  await type(`${create} ${image}`);
  t.is((await type('service scale web=2')).code, 0);
  t.is((await type('service scale web 1')).code, 0);
  t.is((await type('service pause web')).out, 'web: paused\n');
  t.like(await type('service update web -e A=1'), {
    code: 1,
    err: 'satsuma: service web is paused: "satsuma service resume web" resumes it\n',
  });
  t.is((await type('service resume web')).code, 0);
  t.deepEqual(await type('service rm web'), { code: 0, out: 'web: removed\n', err: '' });
  t.like(await type('service ps web'), { code: 3, err: 'satsuma: No service found with name web\n' });
});

test('an update that fails is exit code 1, and says what can be done, or that it was undone', async (t) => {
  const { type } = await terminal(t, { isKept: true });
  await type(`${create} ${image}`);
  const paused = await type('service update web --pull never demo/none:1');
  t.is(paused.code, 1);
  t.regex(paused.err, /^satsuma: the update is paused: a new replica of generation 2 failed: .*demo\/none:1.*rollback/);
  t.is((await type('service rollback web')).code, 0);
  await type('service update web --on-failure rollback');
  const undone = await type('service update web --pull never demo/none:1');
  t.is(undone.code, 1);
  t.regex(undone.err, /^satsuma: the update failed and was rolled back: /);
});

test('no room is exit code 5 with the reason of each engine', async (t) => {
  const { type } = await terminal(t, { isKept: true });
  const { code, err } = await type(`${create} --memory 9000 ${image}`);
  t.is(code, 5);
  t.regex(
    err,
    /no room for web\.1: 9000 MB .* \(2 engines\); it starts when there is room\n {2}a: 9000 MB of .*\n {2}b: .*\n {2}to make it fit: ask for at most 8192 MB of memory\n$/,
  );
});

test('Ctrl-C and a time that is over end the waiting, and nothing else', async (t) => {
  const { type, cluster } = await terminal(t);
  let interrupt: () => void = () => undefined;
  const { code, err } = await type(`${create} ${image}`, {
    onInterrupt: (listener) => {
      interrupt = listener;
      return () => undefined;
    },
    onWrite: () => interrupt(),
  });
  t.is(code, 130);
  t.regex(err, /not waited for any longer: the start of web continues; "satsuma service ps web" shows its progress/);
  t.like(await type('service update web -e A=1 --timeout 0'), { code: 1 });
  t.is((await cluster.store.read('service', 'web'))?.value.generation, 2);
});

test('logs of all replicas, each line behind its name', async (t) => {
  const { type, cluster } = await terminal(t, { isKept: true });
  await type(`${create} ${image}`);
  for (const engine of cluster.engines)
    for (const { id } of engine.containers.values()) engine.logs.set(id, ['one\n', 'two\n']);
  t.deepEqual(await type('service logs web'), { code: 0, out: 'web.1  | one\nweb.1  | two\n', err: '' });
});

const refused = test.macro({
  async exec(t, line: string, code: number, says: RegExp) {
    const { type } = await terminal(t);
    const outcome = await type(line);
    t.is(outcome.code, code);
    t.regex(outcome.err, says);
  },
  title: (_, line: string) => line,
});

test(refused, 'service scale web=', 2, /expected NAME=N, or NAME N, got web=/);
test(refused, 'service scale web=1', 3, /No service found with name web/);
test(refused, 'service create web', 2, /no image given: satsuma service create NAME \[options\] IMAGE/);
test(refused, 'service create web --replicas many x', 2, /must be a whole number/);
test(refused, 'service create web --health-http up x', 2, /like 80 or 80\/healthz/);
test(refused, 'service create web --health-retries 5 x', 2, /"health.type" is required/);
test(refused, 'service create web --link a:b:c x', 2, /like db or db:database/);
test(refused, 'service create web --timeout -1 x', 2, /a number like 5 or 0.5/);
test(refused, 'service create web -f tsconfig.build.json', 2, /"extends" is not allowed/);
test(refused, 'service create web -f /nowhere.json', 2, /cannot read \/nowhere.json: ENOENT/);
test(refused, 'service update web x', 3, /No service found with name web/);
test(refused, 'service rollback web --to last', 2, /must be a whole number/);
test(refused, 'service nonsense', 2, /unknown command/);

test('ps shows how a replica failed whose slot is filled again, and its last words', async (t) => {
  const { type, cluster } = await terminal(t, { isKept: true });
  await type(`${create} ${image}`);
  const find = () => cluster.engines.find(({ containers }) => containers.size > 0);
  const [id = ''] = find()?.containers.keys() ?? [];
  find()?.logs.set(id, ['starting\n', 'FATAL: no disk\n']);
  find()?.exit(id, 7);
  await untilShown(t, cluster, 'web', ({ ready, lastFailures }) => ready === 1 && lastFailures.length === 1);
  const { out } = await type('service ps web');
  t.regex(out, /^web\.1 +1 +ready /m);
  t.regex(out, /^\|_ web\.1 +1 +failed +[ab] .*: it ended with exit code 7: FATAL: no disk$/m);
  const { status } = JSON.parse((await type('service inspect web')).out);
  t.like(status.last_failures, [{ slot: '1', container: id, log: 'starting\nFATAL: no disk\n' }]);
});
