import { Option } from 'commander';
import { given } from '../model/given.ts';
import { reschedulePolicies } from '../model/image-config.ts';
import type { DerivedImage } from '../model/saved-image.ts';
import type { ImageCommand } from './image-command.ts';
import { type ImageFlags, mergedImage } from './image-options.ts';
import { type RunOnlyFlags, runOnlyFields, withRunOnlyOptions } from './runtime-options.ts';

/** The options of `run` that say what the container is. */
export interface ContainerFlags extends ImageFlags, RunOnlyFlags {
  readonly name?: string;
  readonly reschedule?: string;
}

/** Adds them to a command that has the options of an image config. */
export function withContainerOptions(command: ImageCommand): ImageCommand {
  withRunOnlyOptions(command)
    .option('--name <name>', 'name of the container')
    .addOption(new Option('--reschedule <when>', 'when to run it on another engine').choices(reschedulePolicies))
    .option('--from <saved>', 'a saved image config, NAME or NAME@VERSION; the options change it');
  return withDockerLetters(command);
}

/** The body that `run` sends: `file` is changed by `fields`, those of the image, and by the other options. */
export function containerBody(file: object, fields: Partial<DerivedImage>, flags: ContainerFlags): object {
  const named = given({ container_name: flags.name, reschedule: flags.reschedule });
  // Users expect a second `run redis` to start a second container. The API's default type `multi` allows one per
  // engine.
  const isTyped = 'type' in file || 'from' in file || flags.from !== undefined;
  return mergedImage(isTyped ? file : { ...file, type: 'label' }, { ...fields, ...runOnlyFields(flags), ...named });
}

/** Docker's short options of `run`. Elsewhere -h is help. */
const dockerLetters = { '--hostname': '-h', '--cpu-shares': '-c' } as const;

function withDockerLetters(command: ImageCommand): ImageCommand {
  command.helpOption('--help', 'display help for command');
  for (const [long, short] of Object.entries(dockerLetters)) {
    const option = command.options.find((each) => each.long === long);
    if (option) Object.assign(option, { short, flags: `${short}, ${option.flags}` });
  }
  return command;
}
