import test from 'ava';
import { pointInTime } from '../../src/cli/duration-ago.ts';
import { gpus } from '../../src/run-options/gpus-option.ts';
import { mount } from '../../src/run-options/mount-option.ts';
import { network } from '../../src/run-options/network-option.ts';
import { megabytes } from '../../src/run-options/numbers.ts';
import { duration, link, pair, tmpfs, ulimit } from '../../src/run-options/option-values.ts';
import { exposed, port } from '../../src/run-options/port-option.ts';

test('a mount is a volume unless its type is said, by docker’s names of the keys', (t) => {
  const [volume] = mount('src=data,dst=/data,ro');
  t.deepEqual(volume, { type: 'volume', source: 'data', target: '/data', read_only: true });
  const both = mount('type=tmpfs,destination=/tmp,tmpfs-size=1g', volume && [volume]);
  t.deepEqual(both[1], { type: 'tmpfs', target: '/tmp', size: 1024 });
  t.deepEqual(mount('type=bind,source=/a,target=/b,readonly=false,bind-propagation=shared'), [
    { type: 'bind', source: '/a', target: '/b', read_only: false, propagation: 'shared' },
  ]);
  t.throws(() => mount('source=data,path=/x'), { message: /"path" is unknown; valid keys: type, source/ });
});

test('sizes have docker’s units, and are MB without one', (t) => {
  const sizes = { 512: 512, '512m': 512, '1.5g': 1536, '2t': 2_097_152, '64MiB': 64, '64Mi': 64, '3 gb': 3072 };
  for (const [text, size] of Object.entries(sizes)) t.is(megabytes(text), size, text);
  t.is(megabytes('1048576b'), 1);
  t.is(megabytes('1048577B'), 2);
  t.is(megabytes('1k'), 1);
  t.is(megabytes('-1'), -1);
  for (const text of ['', 'm', '-2', '1mm', '1bb', '1ib', '1x', '1e3', '0x10', '1m2', '9'.repeat(16)])
    t.throws(() => megabytes(text), undefined, text);
});

test('points in time are docker’s: so long ago, or of this machine where they have no zone', (t) => {
  const ago = (text: string) => Math.round(Date.now() / 1000 - Number(pointInTime(text)));
  for (const [text, seconds] of Object.entries({
    '10m': 600,
    '1h30m': 5400,
    '1.5h': 5400,
    '1m30s': 90,
    '0s': 0,
    '2d': 172_800,
  }))
    t.true(Math.abs(ago(text) - seconds) <= 1, text);
  t.is(pointInTime('999999999h'), '0.000');
  const here = new Date(2026, 10, 21, 6, 0, 5, 500).toISOString();
  t.is(pointInTime('2026-11-21T06:00:05.5'), here);
  t.is(pointInTime('2026-11-21'), new Date(2026, 10, 21).toISOString());
  for (const text of [
    '2026-11-21T06:00:00Z',
    '2026-11-21T06:00:00+02:00',
    '1763704800.5',
    '7',
    'x',
    '10mx',
    '2026-13-41',
  ])
    t.is(pointInTime(text), text);
});

test('ports are published one by one, or a range at a time', (t) => {
  const tcp = (container_port: number, rest = {}) => ({ proto: 'tcp', ...rest, container_port });
  t.deepEqual(port('80'), [tcp(80)]);
  t.deepEqual(port('127.0.0.1::80', port('8080:81')), [tcp(81, { port: 8080 }), tcp(80, { host_ip: '127.0.0.1' })]);
  t.deepEqual(port('[::1]:53:54/udp'), [{ proto: 'udp', host_ip: '::1', port: 53, container_port: 54 }]);
  t.deepEqual(port('8000-8001:80-81'), [tcp(80, { port: 8000 }), tcp(81, { port: 8001 })]);
  t.deepEqual(port('80-81'), [tcp(80), tcp(81)]);
  for (const text of ['', '80:', 'a:80', '8000-8002:80', '8000:80-81', '81-80', '1-65535', '80/icmp', '80-', '-80'])
    t.throws(() => port(text), undefined, text);
  t.deepEqual(exposed('53/udp', exposed('3000-3001/tcp')), ['3000/tcp', '3001/tcp', '53/udp']);
});

test('durations are docker’s, in seconds', (t) => {
  t.is(duration('1m30s'), 90);
  t.is(duration('500ms'), 0.5);
  t.is(duration('1.5h'), 5400);
  for (const text of ['', '30', 's', '1d', '1m 30s', '-1s']) t.throws(() => duration(text), undefined, text);
});

test('pairs are added to those before, and values may have what parts them', (t) => {
  t.deepEqual(pair('b=c=d', { a: '1' }), { a: '1', b: 'c=d' });
  t.deepEqual(pair('empty'), { empty: '' });
  t.throws(() => pair('=x'));
  t.deepEqual(tmpfs('/run:size=64m,mode=700'), { '/run': 'size=64m,mode=700' });
  t.deepEqual(ulimit('nofile=10:20', ulimit('core=-1')), { core: -1, nofile: { soft: 10, hard: 20 } });
  t.throws(() => ulimit('nofile'));
  t.deepEqual(link('db', link('cache:c')), { cache: 'c', db: 'db' });
});

test('a mount has all that docker’s --mount can say', (t) => {
  const one = (text: string) => mount(text)[0] as object;
  t.deepEqual(
    one('type=volume,dst=/n,volume-driver=local,volume-opt=type=nfs,"volume-opt=o=addr=10.0.0.9,rw",volume-label=a=b'),
    {
      ...{ type: 'volume', target: '/n', volume_driver: 'local' },
      ...{ volume_opts: { type: 'nfs', o: 'addr=10.0.0.9,rw' }, volume_labels: { a: 'b' } },
    },
  );
  t.like(one('src=data,dst=/d,volume-subpath=in/it'), { source: 'data', subpath: 'in/it' });
  t.like(one('type=image,src=demo,dst=/d,image-subpath=in'), { type: 'image', subpath: 'in' });
  t.like(one('type=tmpfs,dst=/t,tmpfs-mode=1770,tmpfs-opt=noexec,tmpfs-opt=uid=5'), {
    ...{ tmpfs_mode: '1770', tmpfs_options: ['noexec', 'uid=5'] },
  });
  t.like(one('type=bind,src=/a,dst=/b,bind-nonrecursive,bind-create-src,consistency=cached'), {
    ...{ bind_recursive: 'disabled', bind_create_mountpoint: true, consistency: 'cached' },
  });
  t.like(one('type=bind,src=/a,dst=/b,ro,bind-recursive=readonly'), { read_only: true, bind_recursive: 'readonly' });
  t.false('bind_recursive' in one('type=bind,src=/a,dst=/b,bind-nonrecursive=false'));
  t.throws(() => mount('type=bind,"src=/a'), { message: 'A quote is not closed.' });
});

test('GPUs are asked for by docker’s forms', (t) => {
  t.is(gpus('all'), 'all');
  t.is(gpus('2'), 2);
  t.deepEqual(gpus('2,'), ['2']);
  t.deepEqual(gpus('GPU-1,GPU-2'), ['GPU-1', 'GPU-2']);
  t.deepEqual(gpus('"device=0,2",capabilities=utility'), { device_ids: ['0', '2'], capabilities: ['utility'] });
  t.deepEqual(gpus('driver=nvidia,count=all,"options=a=b,c="'), {
    ...{ driver: 'nvidia', count: 'all', options: { a: 'b', c: '' } },
  });
  t.deepEqual(gpus('all,capabilities=compute'), { count: 'all', capabilities: ['compute'] });
  t.throws(() => gpus('drivers=nvidia'), { message: /"drivers" is unknown; valid keys: count/ });
  t.throws(() => gpus('count=many'), { message: 'It must be a whole number.' });
});

test('a network is a name, or docker’s fields', (t) => {
  t.deepEqual(network('web', network('name=db,alias=a,alias=b,ip=10.0.0.9,mac-address=02:42:ac:11:00:02')), [
    { name: 'db', aliases: ['a', 'b'], ip: '10.0.0.9', mac_address: '02:42:ac:11:00:02' },
    'web',
  ]);
  t.deepEqual(network('name=db,driver-opt=a=b=c,driver-opt=d=e,gw-priority=-1,link-local-ip=169.254.1.2'), [
    { name: 'db', driver_opts: { a: 'b=c', d: 'e' }, gw_priority: -1, link_local_ips: ['169.254.1.2'] },
  ]);
  t.throws(() => network('alias=a'), { message: /needs the name/ });
  t.throws(() => network('name=a,adress=b'), { message: /"adress" is unknown/ });
});
