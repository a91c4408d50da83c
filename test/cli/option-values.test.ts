import test from 'ava';
import { duration, link, mount, pair, tmpfs, ulimit } from '../../src/cli/option-values.ts';

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
