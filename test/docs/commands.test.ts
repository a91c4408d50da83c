import test from 'ava';
import { type Command, CommanderError } from 'commander';
import { program } from '../../scripts/command-line-page.ts';
import { expandWords } from '../../src/cli/expand-words.ts';
import { isSatsumaError } from '../../src/model/errors.ts';
import { codeIn, pages } from './markdown.ts';
import { commandsIn } from './shell-lines.ts';

/** The real program, which reads words and does nothing; each time as if for the first time. Making it takes longer than all else here. */
const satsuma = program();
disarm(satsuma);

async function complaintAbout(words: readonly string[]): Promise<Error | undefined> {
  try {
    const [program = '', ...rest] = words;
    await satsuma.parseAsync(['node', program, ...expandWords(rest)]);
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const isHelp =
      error instanceof CommanderError && ['commander.version', 'commander.helpDisplayed'].includes(error.code);
    return isHelp ? undefined : error;
  }
}

function disarm(command: Command): void {
  const quiet = { writeOut: () => undefined, writeErr: () => undefined, outputError: () => undefined };
  command.configureOutput(quiet);
  if (command.commands.length === 0) command.action(() => undefined);
  for (const child of command.commands) disarm(child);
}

test.serial('of a command nothing is left for the next one', async (t) => {
  t.is(await complaintAbout(['satsuma', 'engine', 'ls', '--filter', 'status=ok']), undefined);
  t.regex((await complaintAbout(['satsuma', 'engine', 'ls', '--filter']))?.message ?? '', /argument missing/);
  t.regex((await complaintAbout(['satsuma', 'engine', 'ls', '--nonsense']))?.message ?? '', /unknown option/);
  t.is(await complaintAbout(['satsuma', 'engine', 'ls']), undefined);
});

function isIncomplete(error: Error | undefined): boolean {
  if (error === undefined) return false;
  const codes = [
    'commander.missingArgument',
    'commander.help',
    'commander.optionMissingArgument',
    'commander.missingMandatoryOptionValue',
  ];
  return error instanceof CommanderError ? codes.includes(error.code) : isSatsumaError(error, 'invalid');
}

for (const page of pages) {
  const lines = page.fences.filter(({ language }) => language === 'sh').flatMap(({ text }) => commandsIn(text));
  const ours = lines.filter(([program]) => program === 'satsuma');
  const inline = codeIn(page.prose)
    .filter((code) => code.startsWith('satsuma ') && !code.includes('...'))
    .flatMap((code) => commandsIn(code).slice(0, 1));
  const helped = page.fences
    .filter(({ text }) => text.startsWith('Usage: satsuma'))
    .flatMap(({ text }) => commandsIn((text.split(/\nExamples?:\n/)[1] ?? '').replaceAll(/^(?! {2}).*$/gm, '')))
    .filter(([program]) => program === 'satsuma');
  if (ours.length + inline.length + helped.length === 0) continue;

  test.serial(`the command line takes every command of ${page.path}`, async (t) => {
    for (const words of [...ours, ...helped]) t.is((await complaintAbout(words))?.message, undefined, words.join(' '));
    // In a sentence a command may stand without its operands.
    for (const words of inline) {
      const complaint = await complaintAbout(words);
      t.is(isIncomplete(complaint) ? undefined : complaint?.message, undefined, words.join(' '));
    }
  });
}
