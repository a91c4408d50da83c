import test from 'ava';
import { gpus } from '../../src/cli/gpus-option.ts';
import { mount } from '../../src/cli/mount-option.ts';
import { network } from '../../src/cli/network-option.ts';
import { duration, link, pair, tmpfs, ulimit } from '../../src/cli/option-values.ts';

test('a mount is a volume unless its type is said, by docker’s names of the keys', (t) => {
  const [volume] = mount('src=data,dst=/data,ro');
  t.deepEqual(volume, { type: 'volume', source: 'data', target: '/data', read_only: true });
  const both = mount('type=tmpfs,destination=/tmp,tmpfs-size=1g', volume && [volume]);
  t.deepEqual(both[1], { type: 'tmpfs', target: '/tmp', size: 1024 });
  t.deepEqual(mount('type=bind,source=/a,target=/b,readonly=false,bind-propagation=shared'), [
    { type: 'bind', source: '/a', target: '/b', read_only: false, propagation: 'shared' },
  ]);
  t.throws(() => mount('source=data,path=/x'), { message: /"path" is not known; there is: type, source/ });
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
  t.throws(() => mount('type=bind,"src=/a'), { message: 'A quote has no end.' });
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
  t.throws(() => gpus('drivers=nvidia'), { message: /"drivers" is not known; there is: count/ });
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
  t.throws(() => network('name=a,adress=b'), { message: /"adress" is not known/ });
});
