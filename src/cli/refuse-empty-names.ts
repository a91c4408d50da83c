import type { Command } from 'commander';
import { SatsumaError } from '../model/errors.ts';

const nouns = ['container', 'engine', 'image', 'job', 'service'] as const;

/**
 * Before a command runs: an operand that is empty is a variable that a script did not set. What belongs to a container is
 * its own. Throws `invalid`.
 */
export function refuseEmptyNames(_: Command, command: Command): void {
  for (const [index, argument] of command.registeredArguments.entries()) {
    if (argument.name() === 'args') return;
    const operands = argument.variadic ? command.args.slice(index) : command.args.slice(index, index + 1);
    if (operands.includes('')) throw new SatsumaError('invalid', `${subjectOf(command, argument.name())} is empty`);
  }
}

function subjectOf(command: Command, argument: string): string {
  const group = command.parent?.parent ? command.parent.name() : '';
  const noun = nouns.find((each) => each === argument) ?? nouns.find((each) => each === group);
  const isName = ['name', 'id', 'what', ...nouns].includes(argument);
  if (!isName || noun === undefined) return `the argument ${argument.toUpperCase()}`;
  return `the name of ${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}
