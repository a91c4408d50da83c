import { Command } from 'commander';
import { given } from '../model/given.ts';
import { repeated } from '../run-options/placement-options.ts';

/** Options of commands for several engines. */
export interface ChoiceFlags {
  readonly engine?: string[];
  readonly label?: string[];
}

/** Creates a command by its full name, without the program: `engine-image ls`. */
export function commandOf(words: string): Command {
  return new Command(words.split(' ').at(-1));
}

/** Options that select engines. Default: all. */
export function withChoice<C extends Command>(command: C): C {
  return command
    .option('--engine <id>', 'only on this engine; may be repeated', repeated)
    .option('--label <label>', 'only on engines with this label; may be repeated, for engines with all', repeated);
}

export function choiceOf({ engine: engines, label: labels }: ChoiceFlags) {
  return given({ engines, labels });
}
