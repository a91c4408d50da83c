import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import test from 'ava';
import { shellOf } from '../cli/completion-shell.ts';

const run = promisify(execFile);

const inFish = test.macro({
  async exec(t, line: string, candidates: readonly string[], expected: readonly string[], asked: string) {
    const { script, env, asked: wasAsked } = shellOf(t, 'fish', candidates);
    const { stdout } = await run('fish', ['--no-config', '-c', `source '${script}'; complete -C '${line}'`], { env });
    t.deepEqual(stdout.split('\n').filter(Boolean), expected);
    t.is(wasAsked(), `complete-words|--|${asked}|`);
  },
  title: (_, line) => `fish: ${line}`,
});

test(inFish, 'satsuma e', ['engine', 'exec'], ['engine', 'exec'], 'e');
test(inFish, 'satsuma ', ['engine'], ['engine'], '');
test(inFish, 'satsuma inspect demo/busybox:', ['demo/busybox:1'], ['demo/busybox:1'], 'inspect|demo/busybox:');
test(inFish, 'satsuma run -f /usr/bi', [], ['/usr/bin/'], 'run|-f|/usr/bi');

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

test('zsh: the first tab completes, where the function is loaded by its name', async (t) => {
  const { folder, env, asked } = shellOf(t, 'zsh', ['events']);
  const { stdout } = await run('zsh', ['-f', '-c', zshTerminal, 'zsh', folder], { env, timeout: 60_000 });
  t.is(stdout, 'done\n');
  t.is(asked(), 'complete-words|--|ev|');
});
