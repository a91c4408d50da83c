import test from 'ava';
import { cells, terminal } from './terminal.ts';

test('volumes of all engines are one table', async (t) => {
  const { type, cluster } = await terminal(t);
  t.is((await type('volume create --engine a data')).out, 'data\n');
  await type('volume create --engine b data');
  t.deepEqual(cells((await type('volume ls')).out), [
    ['ENGINE', 'DRIVER', 'VOLUME', 'STATE'],
    ['a', 'local', 'data', 'ok'],
    ['b', 'local', 'data', 'ok'],
  ]);
  t.is((await type('volume ls -q --filter engine=b')).out, 'data\n');
  const several = await type('volume rm data');
  t.is(several.code, 4);
  t.regex(several.err, /--engine: a, b/);
  t.is((await type('volume rm --engine b data')).code, 0);
  t.is(JSON.parse((await type('volume inspect data')).out).engine, 'a');
  cluster.engines[0]?.fail('listVolumes', 'engine_timeout');
  const partly = await type('volume ls');
  t.regex(partly.err, /^engine a: /);
  t.is((await type('volume inspect nothing')).code, 3);
});

test('a prune says what it did, and why the others stay', async (t) => {
  const { type } = await terminal(t);
  await type('volume create --engine a free');
  await type('volume create --engine a kept');
  await type('image save saved -v kept:/x demo/busybox:1');
  const words = 'kept kept on engine a: image config saved names it\n';
  t.is(
    (await type('volume prune -a --dry-run')).out,
    `would remove free on engine a\n${words}1 volume would be removed\n`,
  );
  t.is((await type('volume prune -a -f')).out, `removed free on engine a\n${words}1 volume removed\n`);
});

test('networks, and who is in them', async (t) => {
  const { type } = await terminal(t);
  t.regex((await type('network create --engine a --subnet 10.5.0.0/16 front')).out, /^[0-9a-f]{64}\n$/);
  await type('run --name web --type host --label host:a demo/busybox:1');
  t.is((await type('network connect --alias db front web')).out, 'web is in network front\n');
  t.like(JSON.parse((await type('network inspect front')).out), { engine: 'a', containers: [{ name: 'web' }] });
  t.is((await type('network disconnect front web')).code, 0);
  t.is((await type('network rm front nothing')).code, 3);
  t.is((await type('network ls -q')).out, '');
});

test('what an engine has kept of a container that is gone is disconnected by force', async (t) => {
  const { type, cluster } = await terminal(t);
  await type('network create --engine a front');
  const [engine] = cluster.engines;
  const left: string[] = [];
  if (engine) {
    engine.disconnectNetwork = async (network, container, { isForced }) => {
      left.push(`${network} ${container} ${isForced}`);
    };
  }
  t.is((await type('network disconnect front gone')).code, 3);
  t.deepEqual(left, []);
  t.is((await type('network disconnect -f front gone')).out, 'gone is not in network front any more\n');
  t.deepEqual(left, ['front gone true']);
  await type('network create --engine b front');
  t.is((await type('network disconnect -f front gone')).code, 4);
  t.is((await type('network disconnect -f --engine a front gone')).code, 0);
});

test('an alias needs its network', async (t) => {
  const { type, cluster } = await terminal(t);
  t.is((await type('run --network-alias db demo/busybox:1')).code, 2);
  await cluster.engines[0]?.createNetwork({ name: 'front' });
  const { code, err } = await type('run --name web --network front --network-alias db --ip 10.5.0.9 demo/busybox:1');
  t.is(code, 0, err);
  const { image } = JSON.parse((await type('inspect web')).out);
  t.deepEqual(image.networks, [{ name: 'front', aliases: ['db'], ip: '10.5.0.9' }]);
});
