import test from 'ava';
import { parse } from 'yaml';
import { cells, terminal, typed } from '../terminal.ts';

const nowhere = 'http://127.0.0.1:1';

test('a list of engines in every form', async (t) => {
  const { type } = await terminal(t);
  const out = async (line: string | readonly string[]) => {
    const said = await type(line);
    t.is(said.code, 0, said.err);
    return said.out;
  };
  await type('engine set a --label ssd --label zone=eu --resource gpu=2');
  t.deepEqual(JSON.parse(await out('engine ls -o json')), JSON.parse(await out('engine ls --json')));
  t.deepEqual(parse(await out('engine ls -o yaml')), JSON.parse(await out('engine ls --json')));
  t.is(await out('engine ls -o name'), 'a\nb\n');
  t.is(await out('engine ls -q'), 'a\nb\n');
  const [narrow, wide] = [cells(await out('engine ls'))[0], cells(await out('engine ls -o wide'))[0]];
  t.deepEqual(wide?.slice(0, narrow?.length), narrow);
  t.deepEqual(wide?.slice(-2), ['RESOURCES', 'OBSERVED']);
  t.is(await out(['engine', 'ls', '--format', '{{.ID}}={{.Status}}']), 'a=ok\nb=ok\n');
  t.is(await out(['engine', 'ls', '--format', 'table {{.ID}}\\t{{.Status}}']), 'ID  STATUS\na   ok\nb   ok\n');
  t.is(await out('engine ls --format table'), await out('engine ls'));
  const lines = (await out('engine ls --format json')).trim().split('\n');
  t.like(JSON.parse(lines[0] ?? ''), { ID: 'a', Labels: 'ssd,zone=eu', Resources: 'gpu 0/2' });
  t.is(lines.length, 2);
});

test('filters of one key are alternatives, keys and labels have to match all', async (t) => {
  const { type } = await terminal(t);
  await type('engine set a --label ssd --label zone=eu');
  await type('engine set b --label ssd');
  const ids = async (filters: string) => (await type(`engine ls -q ${filters}`)).out;
  t.is(await ids('-f id=a -f id=b'), 'a\nb\n');
  t.is(await ids('--filter label=ssd'), 'a\nb\n');
  t.is(await ids('-f label=ssd -f label=zone'), 'a\n');
  t.is(await ids('-f label=zone=eu'), 'a\n');
  t.is(await ids('-f label=zone=us'), '');
  t.is(await ids('-f id=b -f status=ok'), 'b\n');
  t.is(await ids('-f status=down'), '');
  t.is(JSON.parse((await type('engine ls -o json -f id=b')).out).length, 1);
});

test('ps has the fields and the filters of docker', async (t) => {
  const { type } = await terminal(t);
  const ids: string[] = [];
  for (const name of ['web', 'api']) {
    const line = `run -d --name ${name} -p 8080 --container-label team=blue -v data:/data demo/busybox:1 sleep 60`;
    ids.push((await type(line)).out.trim());
  }
  await type('stop api');
  const out = async (...words: string[]) => (await type(['ps', ...words])).out;
  t.is(
    await out('--format', '{{.ID}} {{.Names}} {{.Image}} {{.Command}}'),
    `${ids[0]?.slice(0, 12)} web demo/busybox:1 sleep 60\n`,
  );
  t.is(await out('--no-trunc', '--format', '{{.ID}}'), `${ids[0]}\n`);
  t.is(await out('-a', '--format', '{{.Names}} {{.Label "team"}}', '-f', 'name=^ap'), 'api blue\n');
  t.deepEqual((await out('-o', 'name', '-a')).split('\n').sort(), ['', 'api', 'web']);
  t.is(await out('-o', 'name', '-f', 'status=exited'), 'api\n');
  t.is((await out('-o', 'name', '-f', 'status=exited', '-f', 'status=running')).trim().split('\n').length, 2);
  t.is(await out('-o', 'name', '-f', 'label=team=blue', '-f', 'volume=data'), 'web\n');
  t.is(await out('-o', 'name', '-f', 'label=team=red'), '');
  t.is(await out('-aq', '-f', `id=${ids[1]?.slice(0, 20)}`), `${ids[1]?.slice(0, 12)}\n`);
  t.regex(await out('-o', 'wide'), /COMMAND +CREATED +ADDRESS +LABELS/);
});

test('ps finds each network and each volume that was asked for, whatever option said it', async (t) => {
  const { type } = await terminal(t);
  const networks = ['--network', 'name=front,alias=db', '--network', 'back'];
  const mounts = ['--mount', 'source=films,target=/films', '-v', '/srv:/host:ro', '-v', '/cache'];
  t.is((await type(['run', '--name', 'many', ...networks, ...mounts, 'demo/busybox:1'])).code, 0);
  t.is((await type(['run', '--name', 'plain', 'demo/busybox:1'])).code, 0);
  const named = async (filter: string) => (await type(['ps', '-o', 'name', '-f', filter])).out;
  for (const filter of [
    'network=front',
    'network=back',
    'volume=films',
    'volume=/films',
    'volume=/srv',
    'volume=/cache',
  ])
    t.is(await named(filter), 'many\n', filter);
  t.is(await named('network=bridge'), 'plain\n');
  for (const filter of ['network=db', 'volume=ro', 'volume=/']) t.is(await named(filter), '', filter);
  const shown = await type(['ps', '-f', 'name=many', '--format', '{{.Networks}} {{.Mounts}}']);
  t.is(shown.out, 'front,back /srv,films\n');
});

test('what is part of a larger document can be filtered as rows, and not as JSON', async (t) => {
  const { type } = await terminal(t, { isKept: true });
  await type('service create s --replicas 2 --monitor 0 --shutdown-delay 0 demo/busybox:1');
  t.is((await type('service ps s -o name')).out, 's.1\ns.2\n');
  t.is(
    (await type(['service', 'ps', 's', '-f', 'name=s.2', '--format', '{{.Name}} {{.CurrentState}}'])).out,
    's.2 ready\n',
  );
  t.is((await type('service ps s -q')).out.trim().split('\n').length, 2);
  t.like(JSON.parse((await type('service ps s -o json')).out), { name: 's', status: { ready: 2 } });
  const refused = await type('service ps s -o json -f name=s.2');
  t.is(refused.code, 2);
  t.regex(refused.err, /--filter chooses rows of the table/);
  t.is((await type(['service', 'ls', '--format', '{{.Name}} {{.Replicas}} {{.Mode}}'])).out, 's 2 of 2 replicated\n');
  t.is((await type('service ls -q -f mode=global')).out, '');
  t.is((await type(['service', 'history', 's', '--format', '{{.Generation}} {{.Cause}}'])).out.split(' ')[0], '1');
});

const refused = test.macro({
  async exec(t, words: readonly string[], expected: RegExp) {
    const { code, err, out } = await typed(words, nowhere);
    t.is(code, 2, err);
    t.is(out, '');
    t.regex(err, expected);
  },
  title: (_, words: readonly string[]) => `before the server is asked, this is refused: ${words.join(' ')}`,
});

test(refused, ['ps', '--format', '{{.Nope}}'], /there is no "Nope"; there are ID, Names, Image, /);
test(refused, ['ps', '--format', 'table {{.Names}}\t{{range .Ports}}'], /does not take \{\{range .Ports\}\}/);
test(refused, ['engine', 'ls', '-o', 'xml'], /Allowed choices are json, yaml, wide, name/);
test(refused, ['engine', 'ls', '-o', 'yaml', '--json'], /cannot be used with/);
test(refused, ['engine', 'ls', '-q', '--format', '{{.ID}}'], /cannot be used with/);
test(refused, ['engine', 'ls', '-f', 'nope=1'], /one of these keys: id, name, label, status, version/);
test(refused, ['engine', 'ls', '-f', 'status=sick'], /"status" is one of pending, ok, /);
test(refused, ['ps', '-f', 'status='], /It must be KEY=VALUE/);
test(refused, ['ps', '-f', 'constructor=1'], /one of these keys/);

test('colours are for terminals that want them', async (t) => {
  const { type } = await terminal(t);
  const out = async (hasColours: boolean | undefined, line: string) => {
    const screen = hasColours === undefined ? {} : { terminal: () => ({ columns: 200, rows: 40, hasColours }) };
    return (await type(line, screen)).out.includes('\x1b');
  };
  t.true(await out(true, 'engine ls'));
  t.false(await out(false, 'engine ls'));
  t.false(await out(undefined, 'engine ls'));
  for (const form of ['json', 'yaml', 'name']) t.false(await out(true, `engine ls -o ${form}`), form);
  t.false(await out(true, 'engine ls --format table{{.ID}}'));
});
