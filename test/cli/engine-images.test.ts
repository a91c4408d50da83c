import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import type { Input, Io } from '../../src/cli/io.ts';
import { promptPassword, readPassword } from '../../src/cli/read-password.ts';
import { archiveOf, imageEntries } from '../execution/archives/archives.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { cells, terminal } from './terminal.ts';

test('images are listed, told of, tagged, removed and pruned by docker’s words', async (t) => {
  const { type, cluster } = await terminal(t);
  cluster.engines[1]?.images.add('demo/tool:2');
  cluster.engines[1]?.dangling.add(`sha256:${'d'.repeat(64)}`);
  const [header, ...rows] = cells((await type('images')).out);
  t.deepEqual(header, ['IMAGE', 'ID', 'CREATED', 'SIZE', 'ENGINES']);
  t.deepEqual(
    rows.map(([name, , , size, engines]) => [name, size, engines]),
    [
      ['demo/busybox:1', '1MB', 'a,b'],
      ['demo/tool:2', '1MB', 'b'],
      ['<none>', '1MB', 'b'],
    ],
  );
  t.is((await type(['images', '--format', '{{.Repository}} {{.Tag}}', 'demo/tool'])).out, 'demo/tool 2\n');
  cluster.engines[0]?.images.add('registry:5000/team/tool:3');
  const referenced = async (pattern: string) => (await type(`images -o name -f reference=${pattern}`)).out;
  t.is(await referenced('demo/*'), 'demo/busybox:1\ndemo/tool:2\n');
  t.is(await referenced('demo/tool'), 'demo/tool:2\n');
  t.is(await referenced('demo/t?ol:[1-2]'), 'demo/tool:2\n');
  t.is(await referenced('registry:5000/team/*:3'), 'registry:5000/team/tool:3\n');
  for (const pattern of ['tool', '*', 'demo/too', 'demo/t[', 'demo/tool.2'])
    t.is(await referenced(pattern), '', pattern);
  t.like(await type('images -f reference=[z-a]'), { code: 2, out: '' });
  t.is((await type('tag demo/tool:2 demo/tool:new')).code, 0);
  const names = await type(['images', '--format', '{{.Repository}}:{{.Tag}}', 'demo/tool']);
  t.is(names.out, 'demo/tool:2\ndemo/tool:new\n');
  t.is((await type(['images', '--format', '{{.Size}}', 'demo/tool'])).out, '1MB\n');
  t.is((await type('rmi demo/tool:new registry:5000/team/tool:3')).code, 0);
  t.is((await type('engine-image ls -q -f dangling=true')).out, `${'d'.repeat(12)}\n`);
  t.like(JSON.parse((await type('engine-image inspect demo/tool:2')).out), { RepoTags: ['demo/tool:2'] });
  t.is((await type('history nobody/has:1')).code, 3);
  t.is((await type('tag demo/tool:2 demo/tool:stable')).code, 0);
  t.regex((await type('rmi demo/tool:stable')).out, /b: untagged demo\/tool:stable/);
  const rehearsed = await type('engine-image prune --all --dry-run');
  t.regex(rehearsed.out, /b +demo\/tool:2 +[0-9a-f]{12} +1MB +would be removed/);
  t.regex(rehearsed.out, /4 images would be removed, 4MB or less/);
  t.regex((await type('image prune')).out, /1 image removed, 1MB or less/);
  cluster.engines[0]?.fail('any', 'engine_unreachable');
  const half = await type('images');
  t.is(half.code, 0);
  t.regex(half.err, /no answer from a:/);
  t.is((await type('rmi demo/tool:2')).code, 1, 'one engine could not be asked');
});

test('a pull is a line for each change to a pipe, and a bar for each engine on a terminal', async (t) => {
  const { type, cluster } = await terminal(t);
  for (const engine of cluster.engines) engine.registry.add('demo/tool:2');
  cluster.engines[1]?.fail('pullImage', 'pull_failed');
  const piped = await type('pull demo/tool:2');
  t.is(piped.code, 1);
  t.regex(piped.out, /^a: waiting\nb: waiting\n/);
  t.regex(piped.out, /^a: pulled$/m);
  t.regex(piped.out, /^b: failed: /m);
  t.regex(piped.err, /not pulled on b/);
  cluster.engines[1]?.heal();
  const live = await type('pull demo/tool:2', { terminal: () => ({ columns: 80, rows: 24 }) });
  t.is(live.code, 0, live.err);
  t.regex(live.out, /a +pulled\nb +pulled\n$/);
  const { out } = await type('pull --json --policy missing demo/tool:2');
  t.like(JSON.parse(out), { ok: true, engines: { a: { status: 'present' }, b: { status: 'present' } } });
});

test('an archive is pushed to engines, and what is no file is an engine', async (t) => {
  const { type, cluster } = await terminal(t);
  const file = join(temporaryFolder(t), 'web.tar');
  await writeFile(file, await archiveOf(imageEntries('web:2', ['a'.repeat(100_000)])));
  for (const engine of cluster.engines) engine.loadable.add('web:2');
  const pushed = await type(['push', '--from', file, '--to', 'label:on-b']);
  t.is(pushed.code, 0, pushed.err);
  t.regex(pushed.out, /b: loaded, 1\d\d?kB\n.*sent/s);
  t.is(cluster.engines[0]?.loads.length, 0);
  const none = await type('push --from nowhere');
  t.is(none.code, 2);
  t.regex(none.err, /there is no file nowhere; for an engine, give the name of the image/);
  t.is((await type('push web:2 --from nowhere')).code, 3);
  await writeFile(file, 'x'.repeat(20_000_000));
  const bad = await type(['push', '--from', file]);
  t.is(bad.code, 2, `also where the server does not read all of it: ${bad.err}`);
  t.regex(bad.err, /it is no tar archive/);
});

function inputOf(chunks: readonly string[], isTerminal: boolean): { input: Input; raws: boolean[] } {
  const raws: boolean[] = [];
  const input: Input = {
    isTerminal,
    setRaw: (isRaw) => void raws.push(isRaw),
    read: async function* () {
      for (const chunk of chunks) yield Buffer.from(chunk);
    },
    close: () => undefined,
  };
  return { input, raws };
}

test('a password is read from standard input, or asked for without being shown', async (t) => {
  let shown = '';
  const io: Io = {
    stdout: () => undefined,
    control: () => undefined,
    pipe: async () => true,
    stderr: (text) => {
      shown += text;
    },
  };
  t.is(await readPassword({ ...io, ...inputOf(['se', 'cret\n'], false) }), 'secret');
  t.is(await readPassword({ ...io, ...inputOf(['two\nlines\r\n'], false) }), 'two\nlines');
  const { input, raws } = inputOf(['se', 'x\x7f', 'cret\r', 'rest'], true);
  t.is(await promptPassword({ ...io, input }), 'secret');
  t.deepEqual(raws, [true, false], 'the terminal is as it was');
  t.is(shown, 'Password: \n');
  await t.throwsAsync(promptPassword({ ...io, ...inputOf(['se\x03'], true) }), { message: 'not logged in' });
  await t.throwsAsync(promptPassword(io), { message: /use --password-stdin/ });
});

test('registries are logged in to, listed and logged out of', async (t) => {
  const { type } = await terminal(t);
  t.is((await type('registry login registry.test:5000')).code, 2, 'whom is not known');
  t.deepEqual(JSON.parse((await type('registry ls --json')).out), []);
  t.is((await type('logout registry.test:5000')).code, 3);
});

test('on a terminal a run that pulls for long shows how far that is', async (t) => {
  const { type, cluster } = await terminal(t);
  const layer = 'abcdefabcdef';
  let shown = '';
  for (const engine of cluster.engines) {
    engine.pullImage = async (name, { onProgress } = {}) => {
      onProgress?.({ layer, status: 'Downloading', current: 30, total: 120 });
      // Until it was shown.
      for (let tries = 0; tries < 600 && !shown.includes('30B/120B'); tries++) {
        cluster.clock.turn(1_000);
        onProgress?.({ layer, status: 'Downloading', current: 30, total: 120 });
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      engine.images.add(name);
    };
  }
  const errorControl = (text: string) => {
    shown += text;
  };
  const errorTerminal = () => ({ columns: 120, rows: 24 });
  const ran = await type('run --name web demo/tool:2', { errorTerminal, errorControl });
  t.is(ran.code, 0, ran.err);
  t.regex(shown, /\rpulling demo\/tool:2 on [ab] \[=======> +\] 30B\/120B {2}0 of 1 layers/);
  t.true(shown.endsWith('\r\x1b[K'));
});

test('the exit code of a pull is that of what every engine failed with', async (t) => {
  const { type, cluster } = await terminal(t);
  for (const engine of cluster.engines) engine.registry.add('demo/tool:2');
  t.like(await type('pull -q demo/tool:2'), { code: 0, out: 'demo/tool:2\n', err: '' });
  const quiet = await type('pull -q nobody/has:1');
  t.is(quiet.out, '');
  t.regex(quiet.err, /^a: failed: .*\nb: failed: .*\nsatsuma: not pulled on a, b\n$/s);
  const missing = await type('pull nobody/has:1');
  t.is(missing.code, 3, 'there is no such image');
  t.regex(missing.err, /not pulled on a, b/);
  cluster.engines[0]?.fail('pullImage', 'engine_timeout');
  t.is((await type('pull nobody/has:1')).code, 1, 'not for the same reason');
});
