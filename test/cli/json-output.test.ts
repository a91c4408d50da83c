import { join } from 'node:path';
import test from 'ava';
import { Stage } from '../controllers/jobs/stage.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { commandPaths, terminal } from './terminal.ts';

/** Commands without `--json`, and why. */
const exempt: Readonly<Record<string, string>> = {
  backup: 'it prints an archive',
  'audit export': 'it prints an archive',
  'audit recording': 'it prints a recording, which is JSON',
  help: 'it prints help',
  serve: 'it serves; its log is JSON',
  attach: 'it is a session',
  completion: 'it prints a script',
  exec: 'it prints what the program writes, unchanged',
  export: 'it prints an archive',
  save: 'it prints an archive',
  'engine-image save': 'it prints an archive',
  'service logs': 'it prints what containers wrote, unchanged',
  'job logs': 'it prints what containers wrote, unchanged',
};

const leaves = commandPaths().filter(([, { commands }]) => commands.length === 0);

test('every command takes --json, or is named here with the reason why not', (t) => {
  const without = leaves.filter(([, command]) => !command.options.some(({ long }) => long === '--json'));
  t.deepEqual(without.map(([path]) => path).sort(), Object.keys(exempt).sort());
  t.true(leaves.length > 40);
});

test('the JSON is one document, the data of the answer, whatever the command waits for', async (t) => {
  const { type } = await terminal(t, { isKept: true });
  const json = async (line: string, code = 0) => {
    const outcome = await type(`${line} --json`);
    t.is(outcome.code, code, `${line}: ${outcome.err}`);
    return JSON.parse(outcome.out);
  };
  const service = '--monitor 0 --shutdown-delay 0 demo/busybox:1';
  t.like(await json('engine add c https://c.test:2376'), { id: 'c', addr: 'https://c.test:2376' });
  t.like(await json('engine set c --cpus 2'), { id: 'c', cpus: 2 });
  t.is(await json('engine rm c'), 'Engine c removed');
  t.like((await json('engine ls'))[0], { id: 'a' });
  t.like(await json('engine inspect a'), { id: 'a' });
  t.like(await type('run --json --name web demo/busybox:1').then(({ out }) => JSON.parse(out)), {
    engine: { id: 'a' },
  });
  t.is(await type('plan --json demo/busybox:1').then(({ out }) => JSON.parse(out).candidates.length), 2);
  t.like(await json('inspect web'), { name: '/web' });
  t.deepEqual(
    (await json('stop web')).map(({ state }: { readonly state: string }) => state),
    ['exited'],
  );
  t.like(await json('start web nobody', 3), [{ name: '/web', state: 'running' }]);
  t.is((await json('rm -f web')).length, 1);
  t.deepEqual(await json('rm -f web', 3), []);
  t.like(await type(`service create s --json --replicas 2 ${service}`).then(({ out }) => JSON.parse(out)), {
    ...{ name: 's', generation: 1 },
    status: { ready: 2, state: 'running' },
  });
  t.like(await json('service scale s=1'), [{ name: 's', status: { ready: 1 } }]);
  t.like(await json('service update s -e A=1'), { generation: 3, status: { ready: 1 } });
  t.like(await json('service restart s'), [{ generation: 4 }]);
  t.like(await json('service rollback s'), { generation: 5 });
  t.like(await json('service pause s'), { status: { state: 'paused' } });
  t.like(await json('service resume s'), { status: { state: 'running' } });
  t.deepEqual(await json('catalog'), []);
  t.deepEqual((await json('drain a')).blocked, []);
  await type('engine set a --status ok');
  t.deepEqual((await json('rehearse lose a')).gone, []);
  t.deepEqual((await json('rebalance --dry-run')).moves, []);
  t.is((await json('service rm s')).length, 1);
  t.like(await type('image save base --json demo/busybox:1').then(({ out }) => JSON.parse(out)), { version: 1 });
  t.like(await json('image ls'), [{ name: 'base' }]);
  t.like(await json('image rm base'), ['Image config base removed']);
  t.like(await json('cluster'), { engine_count: 2 });
});

test('what was waited for and failed is shown all the same', async (t) => {
  const { type } = await terminal(t, { isKept: true });
  const { code, out } = await type('service create giant --json --memory 9000 demo/busybox:1');
  t.is(code, 5);
  t.like(JSON.parse(out), { name: 'giant', status: { ready: 0 } });
});

test('jobs and their runs are JSON, also where they are waited for', async (t) => {
  const { type, cluster } = await terminal(t);
  const stage = new Stage(cluster);
  /** A line that waits, while the leader passes until it has ended. */
  const json = async (line: string) => {
    const typed = type(`${line} --json`);
    let isOver = false;
    void typed.finally(() => {
      isOver = true;
    });
    while (!isOver) await stage.pass();
    return JSON.parse((await typed).out);
  };
  await type('image save one demo/busybox:1');
  t.like(await json('job create one --from one'), { name: 'one', status: { last_run: { state: 'succeeded' } } });
  t.like(await json('job run one'), { job: 'one', run: 2, state: 'succeeded' });
  t.like(await json('job update one --keep 3'), { keep: 3 });
  stage.play = () => undefined;
  t.like(await json('job run one -d'), { run: 3, state: 'running' });
  t.like(await json('job cancel one 3'), { run: 3 });
  t.is((await json('job rm one -d')).length, 1);
});

test('certificates are JSON', async (t) => {
  const { type } = await terminal(t);
  const dir = join(temporaryFolder(t), 'ca');
  const json = async (line: string) => JSON.parse((await type(`ca ${line} --dir ${dir} --json`)).out);
  t.deepEqual(await json('init'), { dir, name: 'satsuma-ca' });
  t.like(await json('engine e1 --host 10.0.0.5'), { cert: join(dir, 'engines/e1/cert.pem') });
  t.like(await json('client satsuma'), { key: join(dir, 'clients/satsuma/key.pem') });
  t.is((await json('ls')).length, 3);
});
