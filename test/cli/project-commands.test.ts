import test from 'ava';
import { terminal } from './terminal.ts';

test('a project is made with limits, shown, changed and removed, and what has no room says who holds most', async (t) => {
  const { type } = await terminal(t);
  const created = await type('project create shop --cpus 1.5 --memory 1g --containers 3');
  t.deepEqual([created.code, created.out], [0, 'shop\n'], created.err);
  t.is((await type('project create shop')).code, 4);
  const run = await type('run --project shop --cpus 0.5 -m 768 --name till demo/busybox:1');
  t.is(run.code, 0, run.err);
  t.regex(
    (await type('project ls')).out,
    /^NAME +CPUS +MEMORY.*\ndefault +0 +0 MB +0 *\nshop +0\.5 of 1\.5 +768 of 1024 MB +1 of 3/,
  );
  const refused = await type('run --project shop --cpus 0.5 -m 512 demo/busybox:1');
  t.is(refused.code, 5);
  t.regex(refused.err, /512 MB of memory wanted, 256 of 1024 left; most is held by container till \(768\)/);
  const set = await type('project set shop --memory none --description web');
  t.is(set.code, 0, set.err);
  const shown = JSON.parse((await type('project inspect shop')).out);
  t.like([shown].flat()[0], { description: 'web', quota: { cpus: 1.5, memory: null, containers: 3 } });
  t.regex((await type('project rm shop')).err, /container till belongs to project shop/);
  t.is((await type('project set shop')).code, 2);
  t.is((await type('project set shop --cpus many')).code, 2);
  t.regex((await type('run --project shpo demo/busybox:1')).err, /did you mean shop\?/);
  t.is((await type('rm -f till')).code, 0);
  t.like(await type('project rm shop'), { code: 0, out: 'Project shop removed\n' });
});

test('tokens, accounts and roles are narrowed by options, and say so', async (t) => {
  const { type } = await terminal(t);
  t.is((await type('role create eu --allow *:container --engine-label zone=eu')).code, 0);
  t.is((await type('token create ci --role eu --project shop --project blog')).code, 0);
  t.regex((await type('token ls')).out, /NARROWED TO.*\nci .* shop blog /);
  t.regex((await type('role ls')).out, /\neu .* zone=eu/);
  const wrong = await type('token create x --role eu --engine-label zone');
  t.is(wrong.code, 2);
  t.regex(wrong.err, /must be like zone=eu-1/);
  t.like(await type('can-i create service --project shop'), { code: 0 });
});
