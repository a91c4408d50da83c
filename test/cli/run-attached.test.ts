import test from 'ava';
import { terminal } from './terminal.ts';

test('a run in the foreground goes on to the next engine, as one in the background does', async (t) => {
  const { cluster, type } = await terminal(t);
  const plan = JSON.parse((await type('plan --json -p 80:80 demo/busybox:1')).out);
  const first = cluster.engines.find(({ id }) => id === plan.candidates[0].engine);
  first?.foreignPorts.add('tcp/80');
  const { code, err } = await type('run -a stdout -p 80:80 --name web demo/busybox:1 exit 4');
  t.is(code, 4, err);
  t.is(first?.containers.size, 0);
  const names = cluster.engines.map(({ containers }) => [...containers.values()].map(({ name }) => name));
  t.deepEqual(names.flat(), ['web']);
});

test('where no engine starts it, it says so in the words of a run in the background', async (t) => {
  const { cluster, type } = await terminal(t);
  for (const each of cluster.engines) each.foreignPorts.add('tcp/80');
  const behind = await type('run -d -p 80:80 --name web demo/busybox:1');
  const before = await type('run -a stdout -p 80:80 --name web demo/busybox:1');
  t.deepEqual([before.code, before.err], [behind.code, behind.err]);
  t.is(before.code, 5);
});
