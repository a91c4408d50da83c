import { Argument, Command } from 'commander';
import type { Contexts } from '../config/contexts.ts';
import type { ApiClient } from './api-client.ts';
import { type CompletedKind, completions } from './complete.ts';
import { completionScripts } from './completion-scripts.ts';
import { expandWords } from './expand-words.ts';
import { examples } from './help-text.ts';
import type { Io } from './io.ts';

type Shell = keyof typeof completionScripts;

export function completionCommand(io: Io): Command {
  return new Command('completion')
    .description('print what makes a shell complete commands, options and names')
    .addArgument(new Argument('<shell>').choices(Object.keys(completionScripts)))
    .addHelpText(
      'after',
      examples(
        'satsuma completion bash > /etc/bash_completion.d/satsuma',
        'satsuma completion zsh > /usr/local/share/zsh/site-functions/_satsuma',
        'satsuma completion fish > ~/.config/fish/completions/satsuma.fish',
      ),
    )
    .action((shell: Shell) => io.stdout(completionScripts[shell]));
}

const listed: Readonly<
  Record<Exclude<CompletedKind, 'contexts'>, { readonly path: string; readonly key: 'id' | 'name' }>
> = {
  containers: { path: 'apiv1/containers?all=true&limit=500', key: 'name' },
  engines: { path: 'apiv1/engines', key: 'id' },
  images: { path: 'apiv1/images', key: 'name' },
  jobs: { path: 'apiv1/jobs', key: 'name' },
  services: { path: 'apiv1/services', key: 'name' },
  webhooks: { path: 'apiv1/webhooks', key: 'name' },
};

/** What the scripts ask: the candidates for the last word, a line each. Without a server there are no names. */
export function completeWordsCommand(api: ApiClient, contexts: Contexts, io: Io): Command {
  const command = new Command('complete-words').argument('[args...]');
  return command.action(async (words: string[]) => {
    // It stands before the command, and tells whose names are asked for.
    if (words[0] === '--context' && words.length > 2) contexts.choose(words[1] ?? '');
    const namesOf = async (kind: CompletedKind): Promise<string[]> => {
      if (kind === 'contexts') return contextNames(contexts);
      const { path, key } = listed[kind];
      const { data } = await api('GET', path).catch(() => ({ data: [] }));
      return (data as Readonly<Record<string, string>>[]).map((each) => each[key]?.replace(/^\//, '') ?? '');
    };
    const found = await completions(command.parent ?? command, expandWords(words), namesOf);
    io.stdout(found.map((each) => `${each}\n`).join(''));
  });
}

/** A file that cannot be read has no names. */
function contextNames(contexts: Contexts): string[] {
  try {
    return contexts.list().map(({ name }) => name);
  } catch {
    return [];
  }
}
