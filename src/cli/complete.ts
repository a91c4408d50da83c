import type { Argument, Command, Option } from 'commander';

const completedKinds = [
  ...(['containers', 'contexts', 'engines', 'images', 'jobs', 'services', 'webhooks'] as const),
  ...(['secrets', 'policies', 'projects', 'roles', 'accounts', 'tokens', 'registries'] as const),
  ...(['volumes', 'networks', 'engine-images'] as const),
] as const;
/** Kinds of objects whose names can be completed. */
export type CompletedKind = (typeof completedKinds)[number];

type NamesOf = (kind: CompletedKind) => Promise<readonly string[]>;

/** Maximum number of candidates. */
const maxCandidates = 500;
/** Characters that a shell can insert on a command line without quoting. */
const harmless = /^[\w.@:/=+-]+$/;
/** Commands that create something: the name is new. */
const makers = new Set(['add', 'create', 'save', 'run']);
const kindOfOption: Readonly<Record<string, CompletedKind>> = {
  '--context': 'contexts',
  '--engine': 'engines',
  '--from': 'images',
  '--service': 'services',
  '--job': 'jobs',
  '--project': 'projects',
  '--policy': 'policies',
  '--role': 'roles',
  '--account': 'accounts',
  '--secret': 'secrets',
  '--network': 'networks',
  '--volume': 'volumes',
  '--volumes-from': 'containers',
};
/** An argument that may be an engine among others: `--from <engine|file|->`. */
const engineValue = /<engine\b/;
const kindOfArgument: Readonly<Record<string, CompletedKind>> = {
  container: 'containers',
  engine: 'engines',
  job: 'jobs',
  network: 'networks',
  policy: 'policies',
  registry: 'registries',
  server: 'registries',
  service: 'services',
};
/** Docker's commands for images on engines. */
const imageWords = new Set(['images', 'pull', 'push', 'save', 'tag', 'rmi', 'history']);
const kindOfGroup: Readonly<Record<string, CompletedKind>> = {
  account: 'accounts',
  context: 'contexts',
  engine: 'engines',
  'engine-image': 'engine-images',
  image: 'images',
  job: 'jobs',
  network: 'networks',
  policy: 'policies',
  project: 'projects',
  role: 'roles',
  secret: 'secrets',
  service: 'services',
  token: 'tokens',
  volume: 'volumes',
  webhook: 'webhooks',
};

/** The candidates for the last word. `words`: those after `satsuma`; the last one may be empty. */
export async function completions(program: Command, words: readonly string[], namesOf: NamesOf): Promise<string[]> {
  const current = words.at(-1) ?? '';
  const all = await candidates(readWords(program, words.slice(0, -1)), current, namesOf);
  const fitting = [...new Set(all)].filter((each) => each.startsWith(current) && harmless.test(each));
  return fitting.sort().slice(0, maxCandidates);
}

/** The position reached in a command line. */
interface Position {
  readonly command: Command;
  readonly operands: number;
  /** The option that still needs its value. */
  readonly option: Option | undefined;
}

function readWords(program: Command, words: readonly string[]): Position {
  let command = program;
  let operands = 0;
  let option: Option | undefined;
  for (const word of words) {
    if (option) {
      option = undefined;
    } else if (word.startsWith('-')) {
      const found = command.options.find((each) => each.long === word || each.short === word);
      option = found?.required ? found : undefined;
    } else {
      const child = operands === 0 ? visibleCommands(command).find((each) => isNamed(each, word)) : undefined;
      if (child) command = child;
      else operands += 1;
    }
  }
  return { command, operands, option };
}

async function candidates(
  { command, operands, option }: Position,
  current: string,
  namesOf: NamesOf,
): Promise<readonly string[]> {
  if (option) {
    const kind = engineValue.test(option.flags) ? 'engines' : kindOfOption[option.long ?? ''];
    return option.argChoices ?? (kind ? await namesOf(kind) : []);
  }
  const argument = argumentAt(command, operands);
  const [, long = ''] = /^(--[a-z-]+)=/.exec(current) ?? [];
  const valued = command.options.find((each) => each.long === long && each.required);
  if (valued && argument?.name() !== 'args') {
    const values = await candidates({ command, operands, option: valued }, '', namesOf);
    return values.map((value) => `${long}=${value}`);
  }
  // Words after the image belong to the container.
  if (argument?.name() === 'args') return [];
  if (current.startsWith('-')) {
    return command.options
      .filter(({ hidden }) => !hidden)
      .flatMap(({ long }) => long ?? [])
      .concat('--help');
  }
  const children = operands === 0 ? visibleCommands(command).map((each) => each.name()) : [];
  const kinds = argument ? kindsOf(command, argument) : [];
  const names = await Promise.all(kinds.map(namesOf));
  return [...children, ...(argument?.argChoices ?? []), ...names.flat()];
}

function argumentAt({ registeredArguments }: Command, operands: number): Argument | undefined {
  const last = registeredArguments.at(-1);
  return registeredArguments[operands] ?? (last?.variadic ? last : undefined);
}

function kindsOf(command: Command, argument: Argument): readonly CompletedKind[] {
  const named = kindOfArgument[argument.name()];
  if (named) return command.name() === 'create' ? [] : [named];
  const isTopLevel = command.parent?.parent === null;
  // `engine-image save` takes an existing image.
  const group = isTopLevel && imageWords.has(command.name()) ? 'engine-image' : (command.parent?.name() ?? '');
  const isMade = makers.has(command.name()) && group !== 'engine-image';
  if (isMade || !['name', 'id', 'what'].includes(argument.name())) return [];
  // `inspect` accepts any kind; contexts are not part of the cluster, and tokens cannot be inspected.
  if (argument.name() === 'what' && isTopLevel)
    return completedKinds.filter((each) => each !== 'contexts' && each !== 'tokens');
  const kind = kindOfGroup[group];
  return kind ? [kind] : [];
}

function visibleCommands(command: Command): Command[] {
  return command.createHelp().visibleCommands(command);
}

function isNamed(command: Command, word: string): boolean {
  return command.name() === word || command.aliases().includes(word);
}
