import { Command } from 'commander';
import { pathOf } from './configure-help.ts';
import { NotDone } from './exit-codes.ts';
import { examples } from './help-text.ts';

/** `help a b` is `a b --help`. */
export function helpCommand(): Command {
  const help = new Command('help')
    .description('show the help of a command')
    .argument('[command...]', 'its name, for example: service create')
    .addHelpText('after', examples('satsuma help service create'));
  return help.action((words: string[]) => {
    const program = help.parent ?? help;
    const found = words.reduce<Command>((group, word) => {
      const child = group.commands.find((each) => each.name() === word || each.aliases().includes(word));
      if (child) return child;
      throw new NotDone(2, `there is no command ${word}: see "${pathOf(group)} --help"`);
    }, program);
    found.outputHelp();
  });
}
