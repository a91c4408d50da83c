import test from 'ava';
import { resyncEngine } from '../../src/engine-sync/resync-engine.ts';
import { runContainer } from '../../src/execution/run-container.ts';
import { busybox } from '../decisions/services/views.ts';
import { cells, terminal } from './terminal.ts';

const service = '--monitor 0 --shutdown-delay 0 demo/busybox:1';

test('image configs are saved, in versions, and run from', async (t) => {
  const { type, cluster } = await terminal(t);
  t.is((await type('image save base -e A=1 -e B=1 --type label demo/busybox:1 sleep 60')).out, 'base@1\n');
  t.is((await type('image save base --memory 64 --type label demo/busybox:1')).out, 'base@2\n');
  t.deepEqual(
    cells((await type('image ls')).out).map((row) => row.slice(0, 3)),
    [
      ['NAME', 'VERSION', 'IMAGE'],
      ['base', '2', 'demo/busybox:1'],
    ],
  );
  t.is(JSON.parse((await type('image show base')).out).image.memory, 64);
  t.like(JSON.parse((await type('image show base@1')).out).image, { environment: { A: '1' }, args: ['sleep', '60'] });
  const { out } = await type('run --from base@1 -e B=2 --reschedule on-engine-failure -- sleep 30');
  t.like(cluster.engines[0]?.containers.get(out.trim())?.image, {
    ...{ environment: { A: '1', B: '2' }, args: ['sleep', '30'] },
    reschedule: 'on-engine-failure',
  });
  t.is((await type('run --from base@9')).err, 'satsuma: image config base has no version 9: it has 1 to 2\n');
  t.is((await type('run --from nosuch')).err, 'satsuma: no image config nosuch is saved\n');
  t.is((await type('image rm base')).out, 'Image config base removed\n');
  t.is((await type('image show base')).code, 3);
  t.is((await type('run --from base')).code, 3);
  t.is((await type('image save base')).code, 2);
});

test('of several containers those that run are told, and why the others do not; atomic is all or none', async (t) => {
  const { type } = await terminal(t);
  const some = await type('run --type label --memory 5000 --count 3 demo/busybox:1');
  t.is(some.code, 5);
  t.is(some.out.trim().split('\n').length, 2);
  t.regex(
    some.err,
    /satsuma: no room for 1 container: 5000 MB of memory wanted, 3192 of 8192 free \(2 engines\)\n {2}a: /,
  );
  const none = await type('run --type label --memory 2000 --count 3 --atomic demo/busybox:1');
  t.like(none, { code: 5, out: '' });
  t.regex(none.err, /^satsuma: no room for all 3 containers, only for 2: 2000 MB of memory wanted/);
  const all = await type('run --type label --memory 2000 --count 2 --atomic demo/busybox:1');
  t.is(all.code, 0);
  t.is(all.out.trim().split('\n').length, 2);
});

test('a drain tells who goes where, and waits until the engine is empty', async (t) => {
  const { type, cluster } = await terminal(t, { isKept: true });
  await type(`service create web --replicas 2 ${service}`);
  const { code, out } = await type('drain a');
  t.is(code, 0);
  const lines = out.trim().split('\n');
  t.regex(lines[0] ?? '', /^web\.\d\.\w+ moves, probably to b$/);
  t.is(lines.at(-1), 'engine a: empty');
  t.is(cluster.engines[0]?.containers.size, 0);
});

test('what is in the way of a drain is named, and stays with --force', async (t) => {
  const { type } = await terminal(t, { isKept: true });
  await type('run --name raw --type host --label host:a demo/busybox:1');
  const { code, err } = await type('drain a');
  t.is(code, 4);
  t.is(err, 'satsuma: engine a cannot be emptied; --force empties it but for\n  raw: it belongs to no service\n');
  const forced = await type('drain a --force');
  t.deepEqual(forced, {
    code: 0,
    out: 'raw stays: it belongs to no service\nengine a: empty but for 1 container\n',
    err: '',
  });
  t.is((await type('drain z')).code, 3);
});

test('a container that is stopped is in the way of a drain and of a removal, and what others started is named', async (t) => {
  const { type, cluster } = await terminal(t, { isKept: true });
  await type('run --name raw --type host --label host:a demo/busybox:1');
  await type('stop raw');
  cluster.engines[0]?.runForeign('agent');
  await resyncEngine(cluster, 'a');
  t.deepEqual(await type('drain a'), {
    ...{ code: 4, out: '' },
    err: 'satsuma: engine a cannot be emptied; --force empties it but for\n  raw: it is stopped, and belongs to no service\n',
  });
  t.deepEqual(await type('drain a --force'), {
    ...{ code: 0, err: '' },
    out: 'raw stays: it is stopped, and belongs to no service\nagent stays: it was not started by Satsuma\nengine a: empty but for 2 containers\n',
  });
  const { code, err } = await type('engine rm a');
  t.is(code, 4);
  const [reason, hint] = err.split('\n');
  t.is(
    reason,
    'satsuma: engine a has 1 container of Satsuma, raw (stopped): destroy it first, or remove the engine with force and leave it running',
  );
  t.is(hint, '  "satsuma drain a" moves those of services, "satsuma engine rm -f a" removes it anyway');
  t.is((await type('rm raw')).code, 0);
  t.deepEqual(await type('drain a'), {
    ...{ code: 0, err: '' },
    out: 'agent stays: it was not started by Satsuma\nengine a: empty but for 1 container\n',
  });
  t.is((await type('engine rm a')).code, 0);
});

test('somebody who puts the engine to use again ends the waiting for its drain', async (t) => {
  const { type, cluster } = await terminal(t);
  await type(`service create web -d ${service}`);
  const serviceId = cluster.cache.services.get('web')?.value.id ?? '';
  const replica = { service: 'web', serviceId, slot: '1', generation: 1, copy: 1 };
  await runContainer(cluster, busybox, { replica, onlyOn: 'a' });
  // Nobody looks after services: it would wait for ever.
  let isSaid = false;
  const { code, err } = await type('drain a', {
    onWrite: (out) => {
      if (isSaid || !out.includes('it has no successor yet')) return;
      isSaid = true;
      void type('engine set a --status ok');
    },
  });
  t.is(code, 4);
  t.is(err, 'satsuma: engine a was set active again by another user, with 1 container there\n');
});

test('a rehearsal shows what would go where', async (t) => {
  const { type } = await terminal(t, { isKept: true });
  await type(`service create web --replicas 2 ${service}`);
  await type('run --name raw --type host --label host:a demo/busybox:1');
  const [summary, header, ...rows] = cells((await type('rehearse lose a')).out);
  t.deepEqual(summary, ['Without a: 1 would go elsewhere, 0 would have no place, 1 would be gone']);
  t.deepEqual(header, ['CONTAINER', 'SERVICE', 'WHERE', 'WHY']);
  t.deepEqual(rows[0]?.slice(1), ['web', 'b']);
  t.deepEqual(rows[1], ['raw', 'gone', 'it belongs to no service']);
  t.is(JSON.parse((await type('rehearse lose a --json')).out).gone.length, 1);
  t.is((await type('rehearse lose z')).code, 3);
});

test('inspect of several is an array, and what is not found is told beside the others', async (t) => {
  const { type } = await terminal(t);
  for (const name of ['one', 'two']) await type(`run --name ${name} demo/busybox:1 sleep 60`);
  const { code, out } = await type('inspect one two');
  t.is(code, 0);
  t.deepEqual(
    JSON.parse(out).map(({ image }: { image: { container_name: string } }) => image.container_name),
    ['one', 'two'],
  );
  const some = await type('inspect one nobody two --json');
  t.is(some.code, 3);
  t.is(JSON.parse(some.out).length, 2);
  t.regex(some.err, /^satsuma: no container found with id or name nobody, and no service, /);
  t.is(JSON.parse((await type('inspect one')).out).image.container_name, 'one', 'one alone is a document');
});
