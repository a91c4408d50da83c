import test from 'ava';
import { terminal } from './terminal.ts';

test('what is too long for the address of a session is refused with what to do', async (t) => {
  const { cluster, type } = await terminal(t);
  const [engine] = cluster.engines;
  t.is((await type('run -d --name web demo/busybox:1')).code, 0);
  const { code, err } = await type(['exec', '-i', 'web', 'sh', '-c', 'x'.repeat(20_000)]);
  t.is(code, 2);
  t.regex(err, /too long for a session: copy them into the container as a file with "satsuma cp"/);
  t.false(engine?.calls.some((call) => String(call).startsWith('startExec')));
});
