import { Argument, Command } from 'commander';
import type { Contexts } from '../config/contexts.ts';
import { bareName } from '../model/bare-name.ts';
import type { ApiStream } from './api-client.ts';
import { type CompletedKind, completions } from './complete.ts';
import { completionScripts } from './completion-scripts.ts';
import { expandWords } from './expand-words.ts';
import { examples } from './help-text.ts';
import type { Io } from './io.ts';

type Shell = keyof typeof completionScripts;

export function completionCommand(io: Io): Command {
  return new Command('completion')
    .description('print a shell completion script for commands, options and names')
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

interface Listed {
  readonly path: string;
  /** Default: `name`. */
  readonly key?: 'id' | 'tags' | 'server';
}

const listed: Readonly<Record<Exclude<CompletedKind, 'contexts'>, Listed>> = {
  containers: { path: 'apiv1/containers?all=true&limit=500' },
  engines: { path: 'apiv1/engines', key: 'id' },
  images: { path: 'apiv1/images' },
  jobs: { path: 'apiv1/jobs' },
  services: { path: 'apiv1/services' },
  webhooks: { path: 'apiv1/webhooks' },
  secrets: { path: 'apiv1/secrets' },
  policies: { path: 'apiv1/policies' },
  projects: { path: 'apiv1/projects' },
  roles: { path: 'apiv1/roles' },
  accounts: { path: 'apiv1/accounts' },
  tokens: { path: 'apiv1/tokens' },
  registries: { path: 'apiv1/registries', key: 'server' },
  volumes: { path: 'apiv1/volumes' },
  networks: { path: 'apiv1/networks' },
  'engine-images': { path: 'apiv1/engine-images', key: 'tags' },
};

/** Maximum time for a completion: engines that are asked for volumes may not answer. */
const maxMs = 2_000;
const maxBytes = 8 * 1024 * 1024;

/**
 * Called by the completion scripts: prints the candidates for the last word, one per line. Without a server there are
 * no names.
 */
export function completeWordsCommand(stream: ApiStream, contexts: Contexts, io: Io): Command {
  const command = new Command('complete-words').argument('[args...]');
  return command.action(async (words: string[]) => {
    // The global option before the command selects the server whose names are used.
    if (words[0] === '--context' && words.length > 2) contexts.choose(words[1] ?? '');
    const namesOf = async (kind: CompletedKind): Promise<string[]> => {
      if (kind === 'contexts') return contextNames(contexts);
      const { path, key = 'name' } = listed[kind];
      const rows = await rowsAt(stream, path).catch(() => []);
      return rows.flatMap((each) => each[key] ?? []).map((name) => bareName(String(name)));
    };
    const found = await completions(command.parent ?? command, expandWords(words), namesOf);
    io.stdout(found.map((each) => `${each}\n`).join(''));
  });
}

/** Throws if the server does not answer in time, or the answer is invalid. */
async function rowsAt(stream: ApiStream, path: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream(path, undefined, AbortSignal.timeout(maxMs))) {
    length += chunk.length;
    if (length > maxBytes) throw new Error('too many names');
    chunks.push(chunk);
  }
  return JSON.parse(String(Buffer.concat(chunks))).data;
}

/** An unreadable file has no names. */
function contextNames(contexts: Contexts): string[] {
  try {
    return contexts.list().map(({ name }) => name);
  } catch {
    return [];
  }
}
