import type { Command } from 'commander';
import { SatsumaError } from '../model/errors.ts';
import { repeated } from '../run-options/placement-options.ts';
import { variable } from './image-options.ts';

/** Additions to and removals from the existing image config. */
export interface ImageEditFlags {
  readonly envAdd?: Record<string, string>;
  readonly envRm?: string[];
  readonly labelAdd?: string[];
  readonly labelRm?: string[];
  readonly constraintAdd?: string[];
  readonly constraintRm?: string[];
}

/** Docker's options for an update. `--label` and `--constraint` replace the whole list. */
export function withImageEditOptions<T extends Command>(command: T): T {
  command
    .option('--env-add <NAME=VALUE>', 'the same as --env', variable)
    .option('--env-rm <NAME>', 'remove a variable; may be repeated', repeated)
    .option('--label-add <label>', 'add to the labels that are there; may be repeated', repeated)
    .option('--label-rm <label>', 'remove a label; may be repeated', repeated)
    .option('--constraint-add <expression>', 'add to the constraints that are there; may be repeated', repeated)
    .option('--constraint-rm <expression>', 'remove a constraint; may be repeated', repeated);
  return command;
}

export function hasImageEdits(flags: ImageEditFlags): boolean {
  const { envAdd, envRm, labelAdd, labelRm, constraintAdd, constraintRm } = flags;
  return [envAdd, envRm, labelAdd, labelRm, constraintAdd, constraintRm].some((each) => each !== undefined);
}

interface EditedFields {
  readonly environment?: Readonly<Record<string, string>>;
  readonly labels?: readonly string[];
  readonly constraints?: readonly string[];
  readonly from?: string;
}

/**
 * Applies additions and removals. As in docker, removing a missing value is no error. Throws `invalid` for a reference
 * to a saved image config, whose content is not known here.
 */
export function editedImage(image: object, flags: ImageEditFlags): object {
  if (!hasImageEdits(flags)) return image;
  const { environment, labels, constraints, from, ...rest } = image as EditedFields;
  if (from !== undefined) {
    const sentence =
      '--env-rm, --label-add and similar options change the existing image config: they cannot be combined with --from';
    throw new SatsumaError('invalid', sentence);
  }
  const removed = new Set(flags.envRm);
  const kept = Object.entries(environment ?? {}).filter(([name]) => !removed.has(name));
  return {
    ...rest,
    ...unlessEmpty('environment', { ...Object.fromEntries(kept), ...flags.envAdd }),
    ...unlessEmpty('labels', editedList(labels, flags.labelAdd, flags.labelRm)),
    ...unlessEmpty('constraints', editedList(constraints, flags.constraintAdd, flags.constraintRm)),
  };
}

function editedList(list: readonly string[] = [], added: readonly string[] = [], removed: readonly string[] = []) {
  return [...new Set([...list.filter((each) => !removed.includes(each)), ...added])];
}

function unlessEmpty(field: string, value: object): object {
  return Object.keys(value).length === 0 ? {} : { [field]: value };
}
