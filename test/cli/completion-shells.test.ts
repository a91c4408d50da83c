import { execFile } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { completionScripts } from '../../src/cli/completion-scripts.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const run = promisify(execFile);
type Shell = keyof typeof completionScripts;

/** A `satsuma` that notes what it is asked, and answers with these candidates; and the script of that shell. */
function shellOf(t: ExecutionContext, shell: Shell, candidates: readonly string[]) {
  const folder = temporaryFolder(t);
  const [asked, script] = [join(folder, 'asked'), join(folder, '_satsuma')];
  const program = join(folder, 'satsuma');
  const answer = candidates.map((each) => `echo '${each}'`).join('\n');
  writeFileSync(program, `#!/bin/sh\nprintf '%s|' "$@" > '${asked}'\n${answer}\n`);
  chmodSync(program, 0o755);
  writeFileSync(script, completionScripts[shell]);
  const env = { ...process.env, HOME: folder, PATH: [folder, process.env.PATH].join(delimiter) };
  return { folder, script, env, asked: () => (existsSync(asked) ? readFileSync(asked, 'utf8') : '') };
}

const isThere = (program: string) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

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

const withFish = isThere('fish') ? test : test.skip;

const inFish = test.macro({
  async exec(t, line: string, candidates: readonly string[], expected: readonly string[], asked: string) {
    const { script, env, asked: wasAsked } = shellOf(t, 'fish', candidates);
    const { stdout } = await run('fish', ['--no-config', '-c', `source '${script}'; complete -C '${line}'`], { env });
    t.deepEqual(stdout.split('\n').filter(Boolean), expected);
    t.is(wasAsked(), `complete-words|--|${asked}|`);
  },
  title: (_, line) => `fish: ${line}`,
});

withFish(inFish, 'satsuma e', ['engine', 'exec'], ['engine', 'exec'], 'e');
withFish(inFish, 'satsuma ', ['engine'], ['engine'], '');
withFish(inFish, 'satsuma inspect demo/busybox:', ['demo/busybox:1'], ['demo/busybox:1'], 'inspect|demo/busybox:');
withFish(inFish, 'satsuma run -f /usr/bi', [], ['/usr/bin/'], 'run|-f|/usr/bi');

const withZsh = isThere('zsh') ? test : test.skip;

/** A terminal in which a tab is typed. zsh says that it is ready by its prompt, and has completed when it shows the word. */
const zshTerminal = `
zmodload zsh/zpty
zpty z 'PS1="rea""dy> " zsh -f -i'
zpty -w z 'fpath=('"$1"' $fpath); autoload -Uz compinit; compinit -u -d '"$1"'/dump; PS1="comp""leting> "'
zpty -r z shown '*completing> *'
zpty -w -n z $'satsuma ev\\t'
zpty -r z shown '*ents*'
zpty -w -n z $'\\x15'
print done
zpty -d z
`;

withZsh('zsh: the first tab completes, where the function is loaded by its name', async (t) => {
  const { folder, env, asked } = shellOf(t, 'zsh', ['events']);
  const { stdout } = await run('zsh', ['-f', '-c', zshTerminal, 'zsh', folder], { env, timeout: 60_000 });
  t.is(stdout, 'done\n');
  t.is(asked(), 'complete-words|--|ev|');
});
