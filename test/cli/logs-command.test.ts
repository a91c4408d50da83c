import test from 'ava';
import type { LogOptions } from '../../src/engines/engine-client.ts';
import { terminal } from './terminal.ts';

const at = (seconds: number) => `2026-11-28T10:00:0${seconds}.000000000Z`;

test('logs of several names are merged; on a terminal each has a colour, and nothing of theirs is obeyed', async (t) => {
  const { type, cluster } = await terminal(t);
  const run = async (name: string) => (await type(`run -d --name ${name} --label on-a demo/busybox:1`)).out.trim();
  const [one, two] = [await run('one'), await run('two')];
  const [engine] = cluster.engines;
  engine?.logs.set(one, [`${at(1)} a\n${at(3)} c\x1b[2J\n`]);
  engine?.logs.set(two, [`${at(2)} b\n`]);
  t.is((await type('logs one two')).out, 'one  | a\ntwo  | b\none  | c\x1b[2J\n', 'to a pipe as it was written');
  const screen = { terminal: () => ({ columns: 80, rows: 20, hasColours: true }) };
  const shown = (await type('logs --all', screen)).out;
  const [first = '', second = ''] = shown.split('\n');
  t.true(first.startsWith('\x1b[36mone  |\x1b[0m a'));
  t.true(second.startsWith('\x1b[33mtwo  |\x1b[0m b'));
  t.false(shown.includes('\x1b[2J'));
  t.is(JSON.parse((await type('logs --json two')).out.split('\n')[0] ?? '').line, 'b');
  t.is((await type('logs')).code, 2);
  t.is((await type('logs --service nothing')).code, 3);
});

test('the log of one container until a time is as it wrote it; followed until then, it is one of several', async (t) => {
  const { type, cluster } = await terminal(t);
  const id = (await type('run -d --name one --label on-a demo/busybox:1')).out.trim();
  const [engine] = cluster.engines;
  engine?.logs.set(id, [`${at(1)} a\n`]);
  const asked: LogOptions[] = [];
  const open = engine?.openLogs.bind(engine);
  if (engine && open) {
    engine.openLogs = (...call) => {
      asked.push(call[1]);
      return open(...call);
    };
  }
  const { out, err } = await type('logs --until 2026-11-28T10:00:02Z one');
  t.is(out, `${at(1)} a\n`, err);
  t.like(asked[0], { until: '1795860002.000', tail: 'all', follow: false });
  t.is((await type('logs -f --until 2026-11-28T10:00:02Z one')).out, 'one  | a\n');
});
