import type { Command, HelpConfiguration } from 'commander';
import { didYouMean } from '../model/did-you-mean.ts';
import { ImageCommand } from '../run-options/image-command.ts';
import { dockerHint, dockerOptionHint, dockerRunHint, otherWord } from './docker-hint.ts';
import type { Io } from './io.ts';
import { wrapped } from './table-fit.ts';

const indent = 2;
/** Longer option names are on a line of their own, above their description. */
const widestTerm = 26;
/** With less room beside the names, each description is below its name. */
const minDescription = 40;
const defaultWidth = 80;

/**
 * Formats help for the terminal's width, and all errors of the command line alike. `topLevel`: the names of all commands
 * of the program, built or not.
 */
export function configureHelp(command: Command, io: Io, topLevel: readonly string[]): void {
  command
    .exitOverride()
    .configureHelp(layout)
    .showSuggestionAfterError(false)
    .configureOutput({
      writeOut: io.stdout,
      writeErr: io.stderr,
      getOutHelpWidth: () => io.terminal?.()?.columns ?? defaultWidth,
      getErrHelpWidth: () => io.errorTerminal?.()?.columns ?? defaultWidth,
      outputError: (text, write) => write(errorText(text, command, topLevel)),
    });
}

const layout: HelpConfiguration = {
  subcommandTerm: (command) => [command.name(), ...command.aliases()].join(', '),
  padWidth: (command, helper) => {
    const options = helper.visibleOptions(command).map((option) => helper.optionTerm(option));
    const commands = helper.visibleCommands(command).map((each) => helper.subcommandTerm(each));
    const operands = helper.visibleArguments(command).map((argument) => helper.argumentTerm(argument));
    const widths = [...options, ...commands, ...operands].map(({ length }) => length);
    return Math.max(0, ...widths.filter((each) => each <= widestTerm));
  },
  formatItem: (term, termWidth, description, helper) => {
    const margin = ' '.repeat(indent);
    if (description === '') return margin + term;
    const width = helper.helpWidth ?? defaultWidth;
    const isNarrow = width - indent - termWidth - 2 < minDescription;
    const column = isNarrow ? 3 * indent : indent + termWidth + 2;
    const lines = wrapped(description, width - column);
    const rest = lines.map((each) => ' '.repeat(column) + each);
    if (isNarrow || term.length > termWidth) return [margin + term, ...rest].join('\n');
    return [`${margin}${term.padEnd(termWidth)}  ${lines[0]}`, ...rest.slice(1)].join('\n');
  },
};

/** In the form of all Satsuma errors: the error, a suggestion, and where to find help. */
function errorText(text: string, command: Command, topLevel: readonly string[]): string {
  const sentence = text.trimEnd().replace(/^error: /, '');
  const hint = hintOf(sentence, command, topLevel);
  return `satsuma: ${sentence}${hint === undefined ? '' : `: ${hint}`}\nSee "${pathOf(command)} --help".\n`;
}

function hintOf(sentence: string, command: Command, topLevel: readonly string[]): string | undefined {
  const [, kind, word = ''] = /^unknown (command|option) '(.+)'$/s.exec(sentence) ?? [];
  if (kind === 'option') {
    const flags = command.options.flatMap(({ long }) => long ?? []);
    const near = didYouMean(word.replace(/=.*/s, ''), flags, 2);
    const hint = globalHint(word, command) ?? dockerOptionHint(command.name(), word) ?? runHint(word, command);
    return hint ?? (near === undefined ? undefined : `did you mean ${near}?`);
  }
  return kind === 'command' ? commandHint(word, command, topLevel) : undefined;
}

function runHint(word: string, command: Command): string | undefined {
  return command instanceof ImageCommand ? dockerRunHint(word) : undefined;
}

/** Global options must be before the command, as in docker. */
function globalHint(word: string, command: Command): string | undefined {
  const [flag = ''] = word.split('=', 1);
  if (flag !== '--context' || command.parent === null) return undefined;
  return `it must be before the command: satsuma --context NAME ${pathOf(command).replace(/^satsuma /, '')}`;
}

/** First a hint for docker's command of that name, then the same command elsewhere, then similar names. */
function commandHint(word: string, group: Command, topLevel: readonly string[]): string | undefined {
  const names = namesOf(group);
  const isOfDocker = group.parent === null || group.name() === 'image';
  const hint = isOfDocker ? dockerHint(word) : undefined;
  if (hint !== undefined) return hint;
  const other = otherWord(word, names);
  if (other !== undefined) return `did you mean ${other}?`;
  const places = placesOf(word, group, topLevel);
  if (places.length > 0) return `did you mean ${places.map((each) => `"${each}"`).join(' or ')}?`;
  // A short word allows only one wrong letter: `pull` is not a typo of `kill`.
  const near = didYouMean(word, names, word.length < 5 ? 1 : 2);
  return near === undefined ? undefined : `did you mean ${near}?`;
}

/** Commands of that name elsewhere: `engine drain` is `satsuma drain`, and `rollback` is `satsuma service rollback`. */
function placesOf(word: string, group: Command, topLevel: readonly string[]): string[] {
  const { parent } = group;
  if (parent) {
    const names = parent.parent ? namesOf(parent) : topLevel;
    return names.includes(word) ? [`${pathOf(parent)} ${word}`] : [];
  }
  return group.commands.filter((each) => namesOf(each).includes(word)).map((each) => `${pathOf(each)} ${word}`);
}

function namesOf(group: Command): string[] {
  return group.commands.flatMap((each) => [each.name(), ...each.aliases()]);
}

export function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}
