import test from 'ava';
import { binarySize, decimalSize } from '../../src/cli/size-text.ts';
import { cells, terminal } from './terminal.ts';

test('sizes have three digits', (t) => {
  t.deepEqual([0, 999, 1024, 1_572_864, 2 ** 40].map(binarySize), ['0B', '999B', '1KiB', '1.5MiB', '1TiB']);
  t.deepEqual([0, 999, 1000, 1_234_567, 12_345_678].map(decimalSize), ['0B', '999B', '1kB', '1.23MB', '12.3MB']);
  t.is(binarySize(1023 * 1024), '1023KiB');
});

test('stats once: the engines, and the containers in the order that was asked for', async (t) => {
  const { type, cluster } = await terminal(t);
  for (const name of ['small', 'large']) await type(`run --name ${name} --label on-a demo/busybox:1`);
  const [engine] = cluster.engines;
  const large = [...(engine?.containers.values() ?? [])].find(({ name }) => name === 'large')?.id ?? '';
  engine?.usages.set(large, { memoryBytes: 128 * 2 ** 20 });
  const { out, code, err } = await type('stats --no-stream --sort memory');
  t.is(code, 0, err);
  const [engines = '', containers = ''] = out.split('\n\n');
  t.deepEqual(cells(engines)[1]?.slice(0, 5), ['a', '2', '20.00%', '192MiB / 8GiB', '2.34%']);
  t.deepEqual(
    cells(containers).map((row) => row.slice(1, 5)),
    [
      ['NAME', 'ENGINE', 'CPU %', 'MEM USAGE / LIMIT'],
      ['large', 'a', '10.00%', '128MiB / 256MiB'],
      ['small', 'a', '10.00%', '64MiB / 256MiB'],
    ],
  );
  const one = await type('stats --no-stream small');
  t.is(cells(one.out).length, 2, 'no engines');
  t.like(JSON.parse((await type('stats --no-stream --json')).out), { sum: { containers: 2 } });
  const format = '{{.Name}} {{.CPUPerc}} {{.MemUsage}}';
  const formatted = await type(['stats', '--no-stream', '--sort', 'memory', '--format', format]);
  t.is(formatted.out, 'large 10.00% 128MiB / 256MiB\nsmall 10.00% 64MiB / 256MiB\n');
  t.is((await type(['stats', '--no-stream', '--format', '{{.Nope}}'])).code, 2);
  t.is((await type('stats --no-stream nobody')).code, 3);
  t.is((await type('stats --sort size')).code, 2);
});

test('of an engine that does not answer no figures are told, and of none at all it is a failure', async (t) => {
  const { type, cluster } = await terminal(t);
  for (const on of ['a', 'b']) await type(`run --name on-${on} --label on-${on} demo/busybox:1`);
  cluster.engines[0]?.fail('sampleUsage', 'engine_unreachable');
  const some = await type('stats --no-stream');
  t.is(some.code, 0);
  t.regex(some.err, /^no answer from a: /);
  const [engines = ''] = some.out.split('\n\n');
  t.deepEqual(
    cells(engines)
      .slice(1)
      .map((row) => row.slice(0, 3)),
    [
      ['a', '-', '-'],
      ['b', '1', '10.00%'],
    ],
  );
  cluster.engines[1]?.fail('sampleUsage', 'engine_unreachable');
  await type('rm -f on-b');
  await type('run --name other --label on-b demo/busybox:1');
  const none = await type('stats --no-stream');
  t.is(none.code, 1);
  t.regex(none.err, /satsuma: no engine answered\n$/);
});

test('stats on a terminal are written over', async (t) => {
  const { type, cluster } = await terminal(t);
  const id = (await type('run --name web demo/busybox:1')).out.trim();
  const written = new Promise<string>((resolve) => {
    const onWrite = (out: string) => {
      cluster.engines[0]?.usages.set(id, { pids: 7654 });
      if (out.includes(' 7654\n')) resolve(out);
    };
    void type('stats --sort cpu', { terminal: () => ({ columns: 120, rows: 20 }), onWrite });
  });
  const [first, second] = (await written).split('\x1b[6A');
  t.regex(first ?? '', /PIDS\n/);
  t.regex(second ?? '', / 7654\n/);
});

test('top without a container is the live table of all', async (t) => {
  const { type } = await terminal(t);
  t.is((await type('run -d --name web demo/busybox:1')).code, 0);
  const written = new Promise<string>((resolve) => {
    const onWrite = (out: string) => out.includes('web') && resolve(out);
    void type('top', { terminal: () => ({ columns: 120, rows: 20 }), onWrite });
  });
  t.regex(await written, /ENGINE.*\n(.*\n)+.*web/);
  t.regex((await type('top web')).out, /PID/);
});
