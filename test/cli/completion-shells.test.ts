import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import test from 'ava';
import { shellOf } from './completion-shell.ts';

const run = promisify(execFile);

const inBash = test.macro({
  async exec(t, words: string, candidates: readonly string[], expected: string, asked: string) {
    const { script, env, asked: wasAsked } = shellOf(t, 'bash', candidates);
    // As bash splits the line, at : and = and @ as well.
    const split = words.replaceAll(/[:=@]+/g, ' $& ').split(' ');
    const quoted = split.filter((word, index) => word !== '' || index === split.length - 1).map((word) => `'${word}'`);
    const isSplit = /[:=@]$/.test(words);
    const given = isSplit ? quoted.slice(0, -1) : quoted;
    const line = `COMP_LINE='${words}'; COMP_POINT=${words.length}; COMP_WORDS=(${given.join(' ')}); COMP_CWORD=${given.length - 1}`;
    const { stdout } = await run('bash', ['-c', `. '${script}'; ${line}; _satsuma; printf '<%s>' "\${COMPREPLY[@]}"`], {
      env,
    });
    t.deepEqual([stdout, wasAsked()], [expected, `complete-words|--|${asked}|`]);
  },
  title: (_, words) => `bash: ${words}`,
});

test(inBash, 'satsuma e', ['engine', 'exec'], '<engine><exec>', 'e');
test(inBash, 'satsuma stop ', ['web'], '<web>', 'stop|');
test(inBash, 'satsuma inspect demo/busybox:', ['demo/busybox:1'], '<1>', 'inspect|demo/busybox:');
test(inBash, 'satsuma inspect demo/busybox:1', ['demo/busybox:12'], '<12>', 'inspect|demo/busybox:1');
test(inBash, 'satsuma logs --engine=w', ['--engine=web', '--engine=wob'], '<web><wob>', 'logs|--engine=w');
test(inBash, 'satsuma run --from base@', ['base@1'], '<1>', 'run|--from|base@');
test(inBash, 'satsuma stop a', [], '<>', 'stop|a');

test('bash: what stands behind the cursor is not asked about', async (t) => {
  const { script, env, asked } = shellOf(t, 'bash', ['web']);
  const line = "COMP_LINE='satsuma stop we later'; COMP_POINT=14; COMP_WORDS=(satsuma stop we later); COMP_CWORD=2";
  await run('bash', ['-c', `. '${script}'; ${line}; _satsuma`], { env });
  t.is(asked(), 'complete-words|--|stop|w|');
});
