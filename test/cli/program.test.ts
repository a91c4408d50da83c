import test from 'ava';
import type { Command } from 'commander';
import { commandIn } from '../../src/cli/expand-words.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { noContexts } from './terminal.ts';

const never = () => Promise.reject(new Error('nothing runs here'));
const build = (only?: string): Command => {
  const stream = () => {
    throw new Error('nothing runs here');
  };
  const io = { stdout: () => undefined, stderr: () => undefined, control: () => undefined, pipe: never };
  return buildProgram(
    { io, api: never, stream, transfer: never, session: never, serve: never, contexts: noContexts },
    only,
  );
};
const namesOf = (program: Command) => program.commands.flatMap((each) => [each.name(), ...each.aliases()]);
/** Built whatever is typed. */
const always = ['complete-words', 'help'];

test('the command that is typed is built as it is among all, with few others', (t) => {
  const all = build();
  const names = namesOf(all).filter((name) => !always.includes(name));
  t.true(names.length > 70);
  const helpOf = (program: Command, name: string) =>
    program.commands.find((each) => [each.name(), ...each.aliases()].includes(name))?.helpInformation();
  for (const name of names) {
    const one = build(name);
    t.true(namesOf(one).length < 15, name);
    t.is(helpOf(one, name), helpOf(all, name), name);
  }
});

test('without the name of a command all are built', (t) => {
  const all = namesOf(build());
  for (const only of [undefined, 'help', 'complete-words', 'composer', '']) t.deepEqual(namesOf(build(only)), all);
});

test('the command that is typed is behind the context alone', (t) => {
  t.is(commandIn(['compose', 'up']), 'compose');
  t.is(commandIn(['--context', 'ps', 'compose', 'up']), 'compose');
  t.is(commandIn(['--context=home', 'ps', '-a']), 'ps');
  for (const words of [[], ['--help'], ['--help', 'compose'], ['-v', 'ps'], ['--context', 'ps']])
    t.is(commandIn(words), undefined);
});
