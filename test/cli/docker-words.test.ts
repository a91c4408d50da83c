import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { pause } from '../../src/runtime/pause.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { terminal, typed } from './terminal.ts';

test('ps takes -q and the filters of docker', async (t) => {
  const { type } = await terminal(t);
  const ids: string[] = [];
  for (const name of ['web', 'api']) ids.push((await type(`run -d --name ${name} demo/busybox:1`)).out.trim());
  await type('stop api');
  const listed = async (line: string) => (await type(line)).out.split('\n').filter(Boolean);
  t.deepEqual(await listed('ps -q'), [ids[0]?.slice(0, 12)]);
  t.deepEqual((await listed('ps -aq --no-trunc')).sort(), [...ids].sort());
  t.deepEqual(await listed('ps -q -f status=exited'), [ids[1]?.slice(0, 12)]);
  t.deepEqual(await listed('ps -aq --filter name=ap'), [ids[1]?.slice(0, 12)]);
  t.deepEqual(await listed('ps -q --filter ancestor=redis'), []);
  t.is(JSON.parse((await type('ps -a --json --filter name=ap')).out).length, 1);
  t.like(await type('ps --filter before=web'), { code: 2 });
  t.regex((await type('ps --filter before=web')).err, /one of these keys: id, name, status, ancestor, label, engine/);
  t.deepEqual(await listed('engine ls -q'), ['a', 'b']);
});

test('run takes the network, the host name, the program and both names of a port', async (t) => {
  const { type, cluster } = await terminal(t);
  const flags = '--network none --hostname h --entrypoint sleep --publish 80 --port 81:82';
  const { out } = await type(`run ${flags} demo/busybox:1 60`);
  t.like(cluster.engines[0]?.containers.get(out.trim())?.image, {
    ...{ network_mode: 'none', hostname: 'h', entrypoint: ['sleep'], args: ['60'] },
    bind_ports: [{ container_port: 80 }, { port: 81, container_port: 82 }],
  });
});

test('run takes docker’s letters and older names, and plan does', async (t) => {
  const { type, cluster } = await terminal(t);
  const flags = '-h shop -c 512 --net none --dns-opt ndots:1';
  const { out, err } = await type(`run ${flags} demo/busybox:1`);
  t.like(
    cluster.engines[0]?.containers.get(out.trim())?.image,
    {
      ...{ hostname: 'shop', network_mode: 'none', dns_options: ['ndots:1'] },
      docker: { HostConfig: { CpuShares: 512 } },
    },
    err,
  );
  t.is((await type('plan -h shop demo/busybox:1')).code, 0);
  for (const command of ['run', 'plan']) t.is((await type(`${command} -h`)).code, 2, 'it is no help');
  t.regex((await type('run --help')).out, /-h, --hostname <name> /);
  t.regex((await type('service create -h')).out, /-h, --help /);
});

test('images and networks take docker’s -a and its type', async (t) => {
  const { type } = await terminal(t);
  t.is((await type('images -a')).out, (await type('images')).out);
  await type('network create --engine a front');
  t.is((await type('network ls -o name -f type=custom')).out, 'front\n');
});

const hint = test.macro({
  exec: async (t, line: string, expected: RegExp) => {
    const { err, code } = await typed(line, 'http://127.0.0.1:1');
    t.is(code, 2);
    t.regex(err, expected);
  },
  title: (_, line) => `what docker has and this has not is said: ${line}`,
});

test(hint, 'run -d -a stdout busybox', /-a and -d cannot be combined/);
test(hint, 'run -i --count 2 busybox', /only one container can run in the foreground: use -d/);
test(hint, 'run -i --json busybox', /--json needs -d/);
test(hint, 'run -a stdin busybox', /attaching standard input needs -i/);
test(hint, 'run -a stdlog busybox', /must be stdin, stdout or stderr/);
test(hint, 'run -it busybox sh', /the input device is not a TTY: leave out -t/);
test(hint, 'start -a web api', /exactly one container/);
test(hint, 'job create --rm nightly busybox', /'--rm': a job \("satsuma job create"\) leaves no container behind/);
test(
  hint,
  'job create -c5 nightly busybox',
  /'-c5?': the CPUs of a container are --cpus, and its share of them is --cpu-shares/,
);
test(hint, 'run --kernel-memory 5m busybox', /put it in "docker" of an image config/);
test(hint, 'run --link-local-ip 169.254.1.2 busybox', /goes into --network name=/);
test(hint, 'run --fom web', /did you mean --from\?/);
test(hint, 'engine drain web-1', /unknown command 'drain': did you mean "satsuma drain"\?/);
test(hint, 'rollback web', /did you mean "satsuma service rollback"\?/);
test(hint, 'create web', /"satsuma run" creates a container and starts it; what is made/);
test(hint, 'container nonsense', /"satsuma container ls" is "satsuma ps"/);
test(hint, 'ps -s', /sizes of containers are not shown/);
test(hint, 'stats --all', /what does not run uses nothing/);
test(hint, 'run -l team=web busybox', /a label of the container is --container-label; --label is one that its engine/);
test(hint, 'stack deploy', /applications of several services are Compose files: "satsuma compose up"/);
test(hint, 'buildx ls', /"satsuma build" builds an image on an engine/);
test(hint, 'container prune', /satsuma rm \$\(satsuma ps -aq -f status=exited\)/);
test(hint, 'container create web', /"satsuma run" creates a container and starts it/);
test(hint, 'plugin ls', /plug-ins are of an engine/);
test(hint, 'update --cpu-shares 5 web', /for all else run the container anew/);
test(hint, 'images --digests', /are in "satsuma engine-image inspect"/);
test(hint, 'pull --platform linux/arm64 x', /a field of an image config/);
test(hint, 'network ls -f type=mine', /"type" is one of builtin, custom/);
test(hint, 'search redis', /images are looked for at their registry/);
test(hint, 'import x', /"satsuma push --from ENGINE" takes it to the others/);
test(hint, 'node ls', /the machines of a cluster are engines/);
test(hint, 'system prune', /"satsuma doctor" shows what Docker keeps/);
test(hint, 'service delete web', /did you mean rm\?/);

test('logs are whole unless a number of lines is given, and may begin some time ago', async (t) => {
  const { type, cluster } = await terminal(t);
  const id = (await type('run --name web demo/busybox:1')).out.trim();
  const lines = Array.from({ length: 300 }, (_, index) => `line ${index}\n`);
  cluster.engines[0]?.logs.set(id, lines);
  t.is((await type('logs web')).out, lines.join(''));
  t.is((await type('logs -n 2 web')).out, lines.slice(-2).join(''));
  t.is((await type('logs --since 1h30m web')).code, 0);
  t.like(await type('logs --since yesterday web'), { code: 2 });
});

test('what is missing from a command about engines is said in its words', async (t) => {
  const { type } = await terminal(t);
  t.like(await type('engine add'), {
    code: 2,
    err: 'satsuma: an argument is missing; example: satsuma engine add ID ADDRESS\n',
  });
  t.like(await type('engine set a'), { code: 2 });
  await type('run --type host --label host:a demo/busybox:1');
  const { code, err } = await type('engine rm a');
  t.is(code, 4);
  t.regex(err, /"satsuma engine rm -f a" removes it anyway/);
  t.is((await type('engine rm -f a')).code, 0);
});

test('the last containers that were created, stopped ones too', async (t) => {
  const { type } = await terminal(t);
  for (const name of ['one', 'two', 'three']) {
    await type(`run -d --name ${name} demo/busybox:1`);
    await pause(5, AbortSignal.timeout(1_000));
  }
  await type('stop three');
  t.is((await type('ps -l -o name')).out, 'three\n');
  t.is((await type('ps -n 2 -o name')).out, 'three\ntwo\n');
  t.is((await type('ps -n 1 -o name -f name=two')).out, 'two\n', 'of those that the filter takes');
  t.is((await type('ps -n x')).code, 2);
});

test('docker’s longer names of commands are taken', async (t) => {
  const { type } = await terminal(t);
  t.is((await type('container run -d --name web demo/busybox:1')).code, 0);
  t.is((await type('container ls -o name')).out, 'web\n');
  t.is((await type('--context default container list -o name')).out, 'web\n');
  t.is((await type('container rm -f web')).code, 0);
  t.is((await type('engine list -q')).out, 'a\nb\n');
  t.is((await type('engine remove b')).code, 0);
});

test('the name of a service may be an option, as docker has it', async (t) => {
  const { type } = await terminal(t, { isKept: true });
  const options = '--replicas 1 --monitor 0 --shutdown-delay 0';
  t.is((await type(`service create --name web ${options} demo/busybox:1 sleep 60`)).code, 0);
  t.like(JSON.parse((await type('service inspect web')).out), {
    image: { name: 'demo/busybox:1', args: ['sleep', '60'] },
  });
  const twice = await type('service create web --name other demo/busybox:1');
  t.like(twice, { code: 2, err: 'satsuma: the name is given twice: web, and --name other\n' });
  t.regex((await type('service create --name web')).err, /no image given/);
});

test('a signal to stop with is sent, and what goes on is stopped all the same', async (t) => {
  const { type, cluster } = await terminal(t);
  await type('run -d --name web demo/busybox:1');
  t.regex((await type('stop -s HUP -t 0 web')).out, /web on engine a: exited/);
  const [engine] = cluster.engines;
  const calls = engine?.calls.filter((call) => /^(kill|stop)/.test(call)).map((call) => call.replace(/ \w{64}/, ''));
  t.deepEqual(calls, ['killContainer HUP', 'stopContainer 0']);
  t.is((await type('stop --signal INT web')).code, 0, 'one that does not run is left as it is');
  t.is((await type('stop --signal no-signal web')).code, 2);
});

test('options that have no field go into docker, over what a file says there', async (t) => {
  const { type } = await terminal(t);
  const file = join(temporaryFolder(t), 'web.json');
  const docker = { MacAddress: '02:42:ac:11:00:01', HostConfig: { CgroupnsMode: 'host', BlkioWeight: 10 } };
  writeFileSync(file, JSON.stringify({ name: 'demo/busybox:1', docker }));
  const words = [
    ...['run', '-d', '--name', 'web', '-f', file, '--cgroupns', 'private', '--annotation', 'a=b', '--cpu-shares', '5'],
    ...[
      '--device-read-bps',
      '/dev/sda:1mb',
      '--device-write-iops',
      '/dev/sda:9',
      '--blkio-weight-device',
      '/dev/sda:7',
    ],
    ...['--storage-opt', 'size=1G', '--volume-driver', 'local', '--cpuset-mems', '0', '--memory-swappiness', '60'],
    ...['--cpu-rt-period', '1000', '--cpu-rt-runtime', '950', '--device-read-iops', '/dev/sda:3'],
    ...['--device-write-bps', '/dev/sda:512', '--mac-address', '02:42:ac:11:00:02'],
  ];
  const { code, err } = await type(words);
  t.is(code, 0, err);
  t.deepEqual(JSON.parse((await type('inspect web')).out).image.docker, {
    MacAddress: '02:42:ac:11:00:02',
    HostConfig: {
      ...{ CgroupnsMode: 'private', BlkioWeight: 10, Annotations: { a: 'b' }, CpuShares: 5 },
      ...{ BlkioDeviceReadBps: [{ Path: '/dev/sda', Rate: 2 ** 20 }] },
      ...{
        BlkioDeviceWriteIOps: [{ Path: '/dev/sda', Rate: 9 }],
        BlkioDeviceReadIOps: [{ Path: '/dev/sda', Rate: 3 }],
      },
      ...{ BlkioDeviceWriteBps: [{ Path: '/dev/sda', Rate: 512 }] },
      ...{ BlkioWeightDevice: [{ Path: '/dev/sda', Weight: 7 }], StorageOpt: { size: '1G' }, VolumeDriver: 'local' },
      ...{ CpusetMems: '0', MemorySwappiness: 60, CpuRealtimePeriod: 1000, CpuRealtimeRuntime: 950 },
    },
  });
  for (const bad of ['--device-read-bps sda:1', '--device-read-bps /dev/sda:fast', '--blkio-weight-device /dev/sda'])
    t.is((await type(`run ${bad} demo/busybox:1`)).code, 2, bad);
});

test('anything is inspected by its name', async (t) => {
  const { type } = await terminal(t);
  await type('run -d --name web demo/busybox:1');
  await type('image save base demo/busybox:1');
  await type('service create shop -d demo/busybox:1');
  await type('webhook create alerts https://hooks.example.org/');
  const one = async (line: string) => JSON.parse((await type(`inspect ${line}`)).out);
  t.like(await one('web'), { name: '/web' });
  t.like(await one('a'), { id: 'a', addr: 'https://a.test:2376' });
  t.like(await one('base@1'), { name: 'base', version: 1 });
  t.like(await one('shop'), { name: 'shop', generation: 1 });
  t.like(await one('alerts'), { name: 'alerts' });
  t.is((await type(['inspect', '--format', '{{.id}} {{len .labels}}', 'a', 'b'])).out, 'a 1\nb 1\n');
  const rules = join(temporaryFolder(t), 'team.json');
  writeFileSync(rules, '{"privileged": true}');
  await type(['policy', 'create', 'team', '-f', rules]);
  t.like(await one('team'), { name: 'team', rules: { privileged: true } });
  t.like(await one('operator'), { name: 'operator' });
  t.like(await one('--type engine-image demo/busybox:1'), { RepoTags: ['demo/busybox:1'] });
  t.is((await type('inspect --type registry nowhere.example')).code, 3);
  await type('volume create --engine a data');
  t.like(await one('data'), { name: 'data', engine: 'a' });
  await type('volume create --engine b data');
  t.regex((await type('inspect data')).err, /several engines have a volume data/);
  t.is((await type('inspect nobody')).code, 3);
  t.regex(
    (await type('inspect nobody')).err,
    /no container found with id or name nobody, and no service, job, engine, image, .*, volume, network or engine-image either/,
  );
  t.is((await type('inspect --type service web')).code, 3);
  t.is((await type(['inspect', 'a', '--format', '{{.nope}}'])).code, 2);
});

test('port shows where ports are published, as docker’s does', async (t) => {
  const { type } = await terminal(t);
  await type('run --name web -p 8080:80 -p 127.0.0.1:5353:53/udp demo/busybox:1');
  t.deepEqual(await type('port web'), { code: 0, out: '80/tcp -> 0.0.0.0:8080\n53/udp -> 127.0.0.1:5353\n', err: '' });
  t.is((await type('port web 80')).out, '0.0.0.0:8080\n');
  t.is((await type('port web 53/udp')).out, '127.0.0.1:5353\n');
  t.is(JSON.parse((await type('port web 80/tcp --json')).out)[0].port, 8080);
  t.like(await type('port web 81'), { code: 1, err: 'satsuma: no public port 81 published for web\n' });
  t.is((await type('port web http')).code, 2);
  t.is((await type('port nobody')).code, 3);
});
