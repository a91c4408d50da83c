import { CommanderError, InvalidArgumentError } from 'commander';
import { SatsumaError } from '../model/errors.ts';
import { commandWords } from './command-words.ts';
import { ImageCommand } from './image-command.ts';
import { addImageOptions, fieldsOfImage } from './image-options.ts';
import { pair } from './option-values.ts';
import { repeated } from './placement-options.ts';
import { type ContainerFlags, containerBody, withContainerOptions } from './run-options.ts';

interface RunLine {
  /** As POST /apiv1/container takes it; the server checks the values. */
  readonly image: Readonly<Record<string, unknown>>;
  /** What the line says and a server cannot do. */
  readonly warnings: readonly string[];
}

interface LineFlags extends Omit<ContainerFlags, 'label'> {
  readonly label?: string[] | Record<string, string>;
  readonly detach?: boolean;
  readonly attach?: string[];
}

const beginnings: readonly (readonly [words: readonly string[], isDocker: boolean])[] = [
  [['docker', 'container', 'run'], true],
  [['docker', 'run'], true],
  [['podman', 'run'], true],
  [['satsuma', 'run'], false],
];

/**
 * A line of `docker run` or `satsuma run` as an image config. Only the text is read: no file and no variable of the
 * process. Throws `invalid`.
 */
export function readRunLine(text: string): RunLine {
  const [first = '', ...others] = commandWords(text);
  // As it is copied from a page.
  const words = ['$', '#', 'sudo'].includes(first) ? others : [first, ...others];
  const [begin, isDocker] =
    beginnings.find(([each]) => each.every((word, at) => words[at] === word)) ??
    refuse('it must begin with "docker run"');
  return parsed(words.slice(begin.length), isDocker);
}

function parsed(words: readonly string[], isDocker: boolean): RunLine {
  let found: RunLine | undefined;
  const warnings: string[] = [];
  const command = commandOf(isDocker)
    .exitOverride()
    .configureOutput({ writeOut: () => undefined, writeErr: (output) => void warnings.push(output.trim()) })
    .action((image: string | undefined, args: string[], flags: LineFlags) => {
      found = { image: imageOf(image, args, flags, isDocker), warnings };
    });
  try {
    command.parse(words, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) refuse(error.message.replace(/^error: /, ''));
    throw error;
  }
  return found ?? refuse('there is no command in it');
}

/** In docker's words `--label` is one of the container, and in Satsuma's one of the engine. */
function commandOf(isDocker: boolean): ImageCommand {
  const command = withContainerOptions(addImageOptions(new ImageCommand('run'), 'an image config', variable))
    .helpOption(false)
    .option('-d, --detach', 'it always runs in the background')
    .option('-a, --attach <stream>', 'nobody is attached to it', repeated)
    .option('--detach-keys <keys>', 'nobody is attached to it')
    .option('--sig-proxy [boolean]', 'nobody is attached to it') as ImageCommand;
  if (!isDocker) return command;
  const option = command.options.find(({ long }) => long === '--label');
  if (option) Object.assign(option.argParser(pair), { short: '-l' });
  return command;
}

function imageOf(name: string | undefined, args: readonly string[], flags: LineFlags, isDocker: boolean) {
  const { label, containerLabel, env, envFile, file, ...others } = flags;
  if (envFile) refuse('--env-file names a file, and only this line is read: give each variable with -e NAME=VALUE');
  if (file !== undefined) refuse('--file names a file, and only this line is read');
  const labels = isDocker
    ? label || containerLabel
      ? { containerLabel: { ...containerLabel, ...(label as Record<string, string> | undefined) } }
      : {}
    : { ...(label && { label: label as string[] }), ...(containerLabel && { containerLabel }) };
  const given: ContainerFlags = { ...others, ...labels };
  const body = containerBody({}, fieldsOfImage(name, args, { ...given, environment: env }), given);
  return body as Readonly<Record<string, unknown>>;
}

function variable(text: string, previous: Record<string, string> = {}): Record<string, string> {
  const [name = ''] = text.split('=', 1);
  if (name === '') throw new InvalidArgumentError('It must be NAME=VALUE.');
  if (name === text) throw new InvalidArgumentError(`${name} has no value here: write ${name}=VALUE.`);
  return { ...previous, [name]: text.slice(name.length + 1) };
}

function refuse(sentence: string): never {
  throw new SatsumaError('invalid', sentence);
}
