import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import test from 'ava';
import { runContainer } from '../../src/execution/run-container.ts';
import { busybox } from '../decisions/services/views.ts';
import { terminal } from './terminal.ts';

const run = promisify(execFile);

const everything = ['a', 'admin', 'b', 'default', 'demo/busybox:1', 'operator', 'shop', 'viewer', 'web-one'];

test('commands, options, choices and names are completed', async (t) => {
  const { type, cluster } = await terminal(t);
  await runContainer(cluster, { ...busybox, container_name: 'web-one' });
  await type('service create shop -d demo/busybox:1');
  const complete = async (...words: string[]) => {
    const { code, out, err } = await type(['complete-words', '--', ...words]);
    t.is(`${code} ${err}`, '0 ');
    return out.split('\n').filter(Boolean);
  };
  t.deepEqual(await complete('serv'), ['serve', 'service']);
  t.deepEqual(await complete('service', 'r'), ['restart', 'resume', 'rm', 'rollback']);
  t.deepEqual(await complete('stop', ''), ['web-one']);
  t.deepEqual(await complete('stop', 'web-one', 'w'), ['web-one'], 'the next of several');
  t.deepEqual(await complete('stop', '-t', '3', 'we'), ['web-one'], 'a value is no operand');
  t.deepEqual(await complete('service', 'scale', ''), ['shop']);
  t.deepEqual(await complete('service', 'create', ''), [], 'its name is new');
  t.deepEqual(await complete('engine', 'inspect', ''), ['a', 'b']);
  t.deepEqual(await complete('drain', ''), ['a', 'b']);
  t.deepEqual(await complete('engine', 'set', 'a', '--status', ''), ['lost', 'maintenance', 'ok']);
  t.deepEqual(await complete('engine', 'set', 'a', '--sta'), ['--status']);
  t.deepEqual(await complete('engine', 'set', 'a', '--status=l'), ['--status=lost']);
  t.deepEqual(await complete('logs', '--engine='), ['--engine=a', '--engine=b']);
  t.deepEqual(await complete('run', 'busybox', '--me'), [], 'it is the container’s');
  t.deepEqual(await complete('inspect', ''), everything, 'anything has a name');
  t.deepEqual(await complete('container', 'stop', ''), ['web-one']);
  t.deepEqual(await complete('engine', 'ls', '-o', ''), ['json', 'name', 'wide', 'yaml']);
  t.deepEqual(await complete('nonsense', ''), []);
});

test('names of all that has one are completed where a command takes them', async (t) => {
  const { type, cluster } = await terminal(t);
  const complete = async (line: string) => {
    const { code, out } = await type(['complete-words', '--', ...line.split(' ')]);
    t.is(code, 0);
    return out.split('\n').filter(Boolean);
  };
  await runContainer(cluster, { ...busybox, container_name: 'web' });
  for (const line of [
    ...['volume create --engine a data', 'network create --engine a front', 'project create shop'],
    ...['token create bot --role viewer', 'role create watcher --allow read:event'],
  ])
    t.is((await type(line)).code, 0, line);
  await cluster.store.write([
    { kind: 'secret', id: 'key', value: { version: 1, createdAt: '', updatedAt: '' } },
    { kind: 'policy', id: 'tight', value: { rules: {} as never, createdAt: '', updatedAt: '' } },
    { kind: 'registry', id: 'registry.example:5000', value: { username: 'u', secret: '', savedAt: '' } as never },
  ]);
  await cluster.store.write([
    { kind: 'account', id: 'ann', value: { id: '1', role: 'viewer', createdAt: '' } as never },
  ]);
  const roles = ['admin', 'operator', 'viewer', 'watcher'];
  for (const [line, names] of [
    ['volume rm ', ['data']],
    ['volume inspect d', ['data']],
    ['volume create ', []],
    ['volume copy data --to ', ['a', 'b']],
    ['run -v ', ['data']],
    ['network rm ', ['front']],
    ['network connect f', ['front']],
    ['network connect front ', ['web']],
    ['run --network fr', ['front']],
    ['secret rm ', ['key']],
    ['secret create ', []],
    ['service update --secret ', ['key']],
    ['policy inspect ', ['tight']],
    ['policy rm ', ['tight']],
    ['policy create ', []],
    ['role create x --policy ', ['tight']],
    ['project set ', ['default', 'shop']],
    ['run --project s', ['shop']],
    ['role rm w', ['watcher']],
    ['token create x --role ', roles],
    ['account passwd ', ['ann']],
    ['token rm ', ['bot']],
    ['registry logout ', ['registry.example:5000']],
    ['logout ', ['registry.example:5000']],
    ['rmi demo', ['demo/busybox:1']],
    ['engine-image inspect demo', ['demo/busybox:1']],
    ['context rm ', ['default']],
    ['inspect da', ['data']],
    ['rename web ', []],
  ] as const) {
    t.deepEqual(await complete(line), [...names], line);
  }
});

test('without a server commands are completed, and names are none', async (t) => {
  const { type } = await terminal(t);
  const { typed } = await import('./terminal.ts');
  t.deepEqual(await typed(['complete-words', '--', 'stop', ''], 'http://127.0.0.1:1'), { code: 0, out: '', err: '' });
  t.regex((await type('--help')).out, /completion/);
  t.notRegex((await type('--help')).out, /complete-words/);
});

test('bash asks with the words up to the cursor, and offers the answer', async (t) => {
  const { type } = await terminal(t);
  const { out: script } = await type('completion bash');
  const answer = 'satsuma() { printf "%s|" "$@" >&3; printf "web one\\nweb-2\\n"; }';
  const line = `COMP_LINE="satsuma stop  later"; COMP_POINT=13; COMP_WORDS=(satsuma stop "" later); COMP_CWORD=2; _satsuma; printf "<%s>" "\${COMPREPLY[@]}"`;
  const { stdout } = await run('bash', ['-c', `exec 3>&1; ${answer}\n${script}\n${line}`]);
  t.is(stdout, 'complete-words|--|stop||<web one><web-2>');
  t.is((await type('completion tcsh')).code, 2);
});
