import test from 'ava';
import { resyncAll } from '../fixtures/harness.ts';
import { terminal, typed } from './terminal.ts';

test('where an image may run and what it takes there are options, and what an engine has is one', async (t) => {
  const { type, cluster } = await terminal(t);
  t.is((await type('engine set b --label zone=eu-1 --resource gpu=2 --resource licence=5')).code, 0);
  t.deepEqual(cluster.cache.engine('b').value.resources, { gpu: 2, licence: 5 });
  const { code, out } = await type(
    'run --constraint zone==eu-* --constraint node!=a --spread zone --resource gpu=1 --device /dev/a --device /dev/b:r --gpus 0, demo/busybox:1',
  );
  t.is(code, 0);
  t.like(cluster.engines[1]?.containers.get(out.trim())?.image, {
    constraints: ['zone==eu-*', 'node!=a'],
    ...{ spread: 'zone', resources: { gpu: 1 }, devices: ['/dev/a', '/dev/b:r'], gpus: ['0'] },
  });
  t.is((await type('run --resource gpu demo/busybox:1')).code, 2);
});

test('run prints the id for scripts, and where it runs for people', async (t) => {
  const { type, cluster } = await terminal(t);
  const { code, out, err } = await type(
    'run --name web -p 80:8080 --memory 64 -e A=1 -e B=2=3 demo/busybox:1 sleep 60',
  );
  t.is(code, 0);
  const container = cluster.engines[0]?.containers.get(out.trim());
  t.like(container?.image, {
    container_name: 'web',
    args: ['sleep', '60'],
    memory: 64,
    environment: { A: '1', B: '2=3' },
    bind_ports: [{ proto: 'tcp', port: 80, container_port: 8080 }],
  });
  t.is(err, 'web on engine a at https://a.test:2376, ports 0.0.0.0:80->8080/tcp\n');
});

const ports = test.macro({
  async exec(t, given: string, binding: object) {
    const { type } = await terminal(t);
    const { out } = await type(`run --json -p ${given} demo/busybox:1`);
    t.like(JSON.parse(out).image.bind_ports[0], binding);
  },
  title: (_, given) => `-p ${given}`,
});
test(ports, '80', { proto: 'tcp', container_port: 80 });
test(ports, '8080:80', { port: 8080, container_port: 80 });
test(ports, '53:53/udp', { proto: 'udp', port: 53, container_port: 53 });
test(ports, '10.0.0.5:8080:80', { host_ip: '10.0.0.5', port: 8080, container_port: 80 });
test(ports, '[::1]:8080:80', { host_ip: '::1', port: 8080, container_port: 80 });

test('ps is a table for people and JSON for scripts', async (t) => {
  const { type, cluster } = await terminal(t);
  const { out: id } = await type('run --name web -p 80:8080 demo/busybox:1');
  cluster.engines[0]?.statuses.set(id.trim(), { status: 'Up 2 minutes' });
  await resyncAll(cluster);
  const { out } = await type('ps');
  t.deepEqual(
    out.split('\n').map((line) => line.split(/\s{2,}/)),
    [
      ['ID', 'NAME', 'IMAGE', 'ENGINE', 'STATE', 'STATUS', 'PORTS'],
      [id.slice(0, 12), 'web', 'demo/busybox:1', 'a', 'running', 'Up 2 minutes', '0.0.0.0:80->8080/tcp'],
      [''],
    ],
  );
  t.is(JSON.parse((await type('ps --json')).out)[0].id, id.trim());
  t.deepEqual(JSON.parse((await type('ps --json --engine b')).out), []);
});

test('ps tells a crash from a clean end, and when it was', async (t) => {
  const { type, cluster } = await terminal(t);
  const id = (await type('run --name web demo/busybox:1')).out.trim();
  const reported = { status: 'Exited (3) 2 minutes ago', exitCode: 3 };
  cluster.engines[0]?.statuses.set(id, reported);
  await type('stop web');
  t.regex((await type('ps -a')).out, /web .* exited {2}Exited \(3\) 2 minutes ago/);
  t.like(JSON.parse((await type('ps -a --json')).out)[0], { state: 'exited', status: reported.status, exit_code: 3 });
  t.like(JSON.parse((await type('inspect web')).out), { status: reported.status, exit_code: 3 });
});

test('a name that can be no image is refused before an engine is asked', async (t) => {
  const { type } = await terminal(t);
  for (const name of ['BusyBox:Bad:Tag', 'BusyBox', 'a//b', 'a:b:c', 'a:1/b:c:d', '-a', 'a/-b', 'a@sha256:12']) {
    const { code, err } = await type(['run', '--', name]);
    t.is(code, 2, name);
    t.regex(err, /must be an image name like redis/, name);
  }
  const sha = 'a'.repeat(64);
  const fine = [
    'a',
    'a:B',
    'a_b/c__d/e--f.g:1',
    'Host.example:5000/a/b:1',
    'localhost/a',
    '[::1]:5000/a',
    `a@sha256:${sha}`,
  ];
  for (const name of [...fine, `a:1@sha256:${sha}`, `sha256:${sha}`]) {
    t.notRegex((await type(['plan', name])).err, /must be an image name/, name);
  }
});

test('the catalogue of no service is exit code 3, of one that is not ready empty', async (t) => {
  const { type } = await terminal(t);
  t.is((await type('catalog nobody')).code, 3);
  t.is((await type('service create -d web demo/busybox:1')).code, 0);
  t.is((await type('catalog web')).code, 0);
});

test('ps says which engine does not answer, and marks its containers', async (t) => {
  const { type, cluster } = await terminal(t);
  cluster.engines[1]?.runForeign('theirs');
  await resyncAll(cluster);
  cluster.engines[1]?.fail('any', 'engine_timeout');
  await resyncAll(cluster);
  const { code, err, out } = await type('ps');
  t.is(code, 0);
  t.regex(out, /theirs .* running \(stale\)/);
  t.is(err, 'no answer from b: engine b: handshake fails with engine_timeout\n');
});

test('ps says of which container its engine tells nonsense', async (t) => {
  const { type, cluster } = await terminal(t);
  cluster.engines[0]?.runForeign('theirs');
  cluster.engines[0]?.fail('inspectContainer', 'engine_refused');
  await resyncAll(cluster);
  const { code, out, err } = await type('ps');
  t.is(code, 0);
  t.regex(out, /^\w{12} +theirs +demo\/busybox:1 +a +running \(unclear\)$/m);
  t.is(err, 'unclear: theirs on a: engine a: inspectContainer fails with engine_refused\n');
  t.regex(JSON.parse((await type('inspect theirs')).out).unclear, /inspectContainer fails/);
});

test('plan shows every engine and changes nothing', async (t) => {
  const { type, cluster } = await terminal(t);
  const { out } = await type('plan --type label --label on-b demo/busybox:1');
  t.deepEqual(
    out
      .trim()
      .split('\n')
      .map((line) => line.split(/\s{2,}/)),
    [
      ['ENGINE', 'ANSWER', 'SCORE'],
      ['b', 'would run here', '0.0'],
      ['a', 'the engine does not bear the label on-b'],
    ],
  );
  t.is(cluster.engines[1]?.containers.size, 0);
});

test('a plan without a place has exit code 5 and the reasons', async (t) => {
  const { type } = await terminal(t);
  const { code, out, err } = await type('plan --memory 9000 demo/busybox:1');
  t.is(code, 5);
  t.regex(out, /^a {7}9000 MB of memory wanted, 8192 of 8192 free$/m);
  t.is(
    err,
    'satsuma: no room for the container: 9000 MB of memory wanted, 8192 of 8192 free (2 engines)\n' +
      '  to make it fit: ask for at most 8192 MB of memory\n',
  );
  const json = await type('plan --json --memory 9000 demo/busybox:1');
  t.is(json.code, 5);
  t.deepEqual(JSON.parse(json.out).candidates, []);
  t.regex((await type('plan --help')).out, /SCORE: the engine with the highest score/);
});

test('what every engine lacks is said as such, and not as want of room', async (t) => {
  const { type, cluster } = await terminal(t);
  for (const engine of cluster.engines) engine.fail('startContainer', 'engine_lacks');
  const { code, err } = await type('run --network nosuchnet demo/busybox:1');
  t.is(code, 5);
  t.regex(err, /^satsuma: no engine can run the container: /);
});

test('no room: exit code 5, and the reason of each engine', async (t) => {
  const { type } = await terminal(t);
  const { code, err } = await type('run --memory 9000 demo/busybox:1');
  t.is(code, 5);
  t.is(
    err,
    'satsuma: no room for the container: 9000 MB of memory wanted, 8192 of 8192 free (2 engines)\n' +
      '  a: 9000 MB of memory wanted, 8192 of 8192 free\n  b: 9000 MB of memory wanted, 8192 of 8192 free\n' +
      '  to make it fit: ask for at most 8192 MB of memory\n',
  );
});

test('inspect shows why a container is where it is, rm destroys it', async (t) => {
  const { type } = await terminal(t);
  await type('run --name web demo/busybox:1');
  t.is(JSON.parse((await type('inspect web')).out).placement.strategy, 'binpack');
  const refused = await type('rm web');
  t.is(refused.code, 4);
  t.regex(refused.err, /container web is running: stop it first, or remove it with "satsuma rm -f web"/);
  t.is((await type('rm -f web')).out, 'web: removed\n');
  t.is((await type('rm -f web')).code, 3);
  await type('run --name api demo/busybox:1');
  await type('stop api');
  t.is((await type('rm api')).code, 0);
});

test('of several names each is reported, and the exit code is that of the worst', async (t) => {
  const { type } = await terminal(t);
  for (const name of ['web', 'api']) await type(`run --name ${name} demo/busybox:1`);
  await type('stop web');
  const { code, out, err } = await type('rm nobody web api');
  t.is(code, 4);
  t.is(out, 'web: removed\n');
  t.deepEqual(err.trimEnd().split('\n'), [
    'satsuma: no container found with id or name nobody',
    'satsuma: container api is running: stop it first, or remove it with "satsuma rm -f api"',
  ]);
  t.like(await type('kill nobody api'), { code: 3, out: 'api on engine b: exited\n' });
  t.like(await type('service rm none neither'), { code: 3 });
});

test('engines are added, changed, shown and removed', async (t) => {
  const { type } = await terminal(t);
  t.is(
    (await type('engine add c https://c.test:2376 --label ssd --label eu')).out,
    'Engine c at https://c.test:2376 added: 4 CPUs, 8192 MB\n',
  );
  t.is((await type('engine add c https://d.test:2376')).code, 4);
  t.regex((await type('engine ls')).out, /^c +ok +https:\/\/c\.test:2376 +0\/4 +0\/8192 MB +0 +27\.0\.0 +ssd,eu$/m);
  t.regex((await type('engine set c --status maintenance')).out, /^c +maintenance /m);
  t.is(JSON.parse((await type('engine show c')).out).status, 'maintenance');
  t.is((await type('engine rm c')).out, 'Engine c removed\n');
  t.is((await type('engine show c')).code, 3);
});

test('a warning of another installation is printed when an engine is added', async (t) => {
  const { cluster, type } = await terminal(t);
  const labels = { 'satsuma.reservation': 'r1', 'satsuma.installation': 'staging', 'satsuma.signature': '1.x' };
  const image = { name: 'demo/busybox:1', type: 'label', restart_policy: {} };
  await cluster.pool.client({ id: 'c' }).createContainer({ image, name: 'theirs', labels, maximumCpus: 1 });
  const { code, err } = await type('engine add c https://c.test:2376');
  t.is(code, 0);
  t.regex(
    err,
    /^Warning: engine c has 1 container of installation staging, and this is [0-9a-f]{16}: they are left alone$/m,
  );
});

test('cluster is the whole in one line', async (t) => {
  const { type } = await terminal(t);
  t.regex((await type('cluster')).out, /^2 \(2 ok\) +0\/8 +0\/16384 MB +0 +\d+$/m);
});

test('what is wrong with a command is said, with exit code 2', async (t) => {
  const { type } = await terminal(t);
  t.like(await type('run'), { code: 2, err: 'satsuma: no image given: satsuma run [options] IMAGE [args...]\n' });
  t.regex((await type('run -p eighty x')).err, /It must be like 80, 8080:80/);
  t.is((await type('run --cpus many x')).code, 2);
  t.is((await type('nonsense')).code, 2);
  t.like(await type('run -f /nowhere.json'), { code: 2, err: 'satsuma: cannot read /nowhere.json: ENOENT\n' });
  const endless = 'satsuma: cannot read /dev/zero: it is larger than 16 MiB\n';
  t.like(await type('run -f /dev/zero'), { code: 2, err: endless });
});

test('help has examples and the exit codes, and is no error', async (t) => {
  const { type } = await terminal(t);
  const help = await type('--help');
  t.is(help.code, 0);
  t.regex(help.out, /5 {4}no engine has room/);
  t.regex((await type('run --help')).out, /satsuma run -p 6379:6379 --memory 256 redis:latest/);
});

test('no server: exit code 6, and what to do', async (t) => {
  const { code, err } = await typed('ps', 'http://127.0.0.1:1');
  t.is(code, 6);
  t.regex(err, /no Satsuma answers at http:\/\/127\.0\.0\.1:1 \(ECONNREFUSED\): start one with "satsuma serve"/);
});

test('something else at the address is not taken for a server', async (t) => {
  const { createServer: createPlain } = await import('node:http');
  const answers = [
    { status: 404, body: '<html>' },
    { status: 200, body: '<html>' },
    // An engine of Docker.
    { status: 404, body: '{"message":"page not found"}' },
  ];
  for (const { status, body } of answers) {
    const plain = createPlain((_, response) => response.writeHead(status).end(body)).listen(0, '127.0.0.1');
    await new Promise((resolve) => plain.once('listening', resolve));
    t.teardown(() => plain.close());
    const address = plain.address();
    const host = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const { code, err } = await typed('ps', host);
    const what = `no Satsuma answers at ${host} (the answer is not Satsuma's, HTTP ${status})`;
    t.is(err, `satsuma: ${what}: start one with "satsuma serve", or set SATSUMA_HOST\n`);
    t.is(code, 6);
    if (status === 404) t.is((await typed('logs web', host)).code, 6);
  }
});

test('stop, start, restart and kill say what became of the containers, and what is in the way', async (t) => {
  const { type } = await terminal(t);
  await type('run --name web -p 80:8080 --type host --label host:a demo/busybox:1');
  t.is((await type('stop -t 3 web')).out, 'web on engine a: exited\n');
  await type('run --name other -p 80:8080 --type host --label host:a demo/busybox:1');
  const { code, err } = await type('start web');
  t.is(code, 4);
  t.regex(err, /^satsuma: container web cannot be started on engine a: port tcp\/80 is taken by other; stop what/);
  t.is((await type('kill -s INT other')).out, 'other on engine a: exited\n');
  t.is((await type('start web')).out, 'web on engine a: running\n');
  t.is((await type('restart web')).out, 'web on engine a: running\n');
  t.like(await type('kill other'), { code: 4 });
  t.like(await type('stop nobody'), { code: 3 });
  t.like(await type('stop -t soon web'), { code: 2 });
});

test('logs are what the container wrote, and an error is one as elsewhere', async (t) => {
  const { type, cluster } = await terminal(t);
  const { out: id } = await type('run --name web demo/busybox:1');
  cluster.engines[0]?.logs.set(id.trim(), ['one\n', 'zwei: ä\n', 'three\n']);
  t.deepEqual(await type('logs --tail 2 web'), { code: 0, out: 'zwei: ä\nthree\n', err: '' });
  t.like(await type('logs nobody'), { code: 3, out: '', err: 'satsuma: no container found with id or name nobody\n' });
  t.like(await type('logs --tail some web'), { code: 2 });
});

test('a service is planned as a table and a token, and created by that or not at all', async (t) => {
  const { type } = await terminal(t);
  const options = '--replicas 3 --memory 5000 demo/busybox:1';
  const { code, out, err } = await type(`service plan web ${options}`);
  t.is(code, 5);
  t.regex(
    err,
    /^satsuma: no room for web\.\d: 5000 MB of memory wanted, 3192 of 8192 free \(2 engines\)\n {2}a: .*\n {2}b: /,
  );
  const lines = out.trimEnd().split('\n');
  t.is(lines[0], 'web: generation 1, 2 would go somewhere, 1 would wait for a place');
  t.regex(lines[2] ?? '', /^web\.1 +goes +a *$/);
  t.regex(lines[4] ?? '', /^web\.3 +waits +5000 MB of memory wanted, 3192 of 8192 free \(2 engines\)/);
  const token = lines.at(-1);
  t.is((await type(`service create web --plan nonsense ${options}`)).code, 2);
  await type('engine set b --status maintenance');
  const refused = await type(`service create web --plan ${token} ${options}`);
  t.is(refused.code, 4);
  t.regex(refused.err, /the plan for service web is outdated: b: the engine is maintenance/);
  await type('engine set b --status ok');
  t.is((await type(`service create web -d --plan ${token} ${options}`)).code, 0);
  const change = 'web --memory 4000';
  const planned = await type(`service plan ${change} --json`);
  t.like(JSON.parse(planned.out), { service: 'web', generation: 2 });
  t.is((await type(`service update ${change} -d --plan ${JSON.parse(planned.out).token}`)).code, 0);
});

const empty = test.macro(async (t, words: readonly string[], subject: string) => {
  const { type } = await terminal(t);
  t.deepEqual(await type(words), { code: 2, out: '', err: `satsuma: ${subject} is empty\n` });
});
for (const name of ['start', 'stop', 'restart', 'kill', 'rm', 'logs'])
  test(`${name} with an empty name`, empty, [name, ''], 'the name of a container');
test('stop with a name and an empty one', empty, ['stop', 'web', ''], 'the name of a container');
test('run with an empty image', empty, ['run', ''], 'the name of an image');
test('inspect with an empty name', empty, ['inspect', ''], 'the name');
test('engine rm with an empty name', empty, ['engine', 'rm', ''], 'the name of an engine');
test('drain with an empty name', empty, ['drain', ''], 'the name of an engine');
test('service rm with an empty name', empty, ['service', 'rm', ''], 'the name of a service');
test('service create with an empty image', empty, ['service', 'create', 'web', ''], 'the name of an image');
test('job run with an empty name', empty, ['job', 'run', ''], 'the name of a job');
test('image show with an empty name', empty, ['image', 'show', ''], 'the name of an image');

test('an argument of the container may be empty', async (t) => {
  const { type, cluster } = await terminal(t);
  const { code } = await type(['run', 'demo/busybox:1', 'echo', '']);
  t.is(code, 0);
  const [container] = cluster.engines.flatMap(({ containers }) => [...containers.values()]);
  t.deepEqual(container?.image.args, ['echo', '']);
});

test('a number that is too large is told the largest', async (t) => {
  const { type } = await terminal(t);
  const { code, err } = await type('stop -t 99999999999 w1');
  t.is(code, 2);
  t.regex(err, /It must be at most 3600\./);
});
