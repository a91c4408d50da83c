import { Argument, Command } from 'commander';
import type { Contexts } from '../config/contexts.ts';
import type { ApiClient } from './api-client.ts';
import { type CompletedKind, completions } from './complete.ts';
import { expandWords } from './expand-words.ts';
import { examples } from './help-text.ts';
import type { Io } from './io.ts';

/** Each asks the program itself, so that a new command needs no new script. What it is asked with is not shown in its help. */
const scripts = {
  bash: `_satsuma() {
  local IFS=$'\\n'
  COMPREPLY=($(satsuma complete-words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _satsuma satsuma
`,
  zsh: `#compdef satsuma
_satsuma() {
  local -a found
  found=(\${(f)"$(satsuma complete-words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( \${#found} )); then compadd -a found; else _files; fi
}
compdef _satsuma satsuma
`,
  fish: `complete -c satsuma -f -a '(satsuma complete-words -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
complete -c satsuma -l file -r -F
`,
} as const;

type Shell = keyof typeof scripts;

export function completionCommand(io: Io): Command {
  return new Command('completion')
    .description('print what makes a shell complete commands, options and names')
    .addArgument(new Argument('<shell>').choices(Object.keys(scripts)))
    .addHelpText(
      'after',
      examples(
        'satsuma completion bash > /etc/bash_completion.d/satsuma',
        'satsuma completion zsh > /usr/local/share/zsh/site-functions/_satsuma',
        'satsuma completion fish > ~/.config/fish/completions/satsuma.fish',
      ),
    )
    .action((shell: Shell) => io.stdout(scripts[shell]));
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
