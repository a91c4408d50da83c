import { InvalidArgumentError } from 'commander';
import { eventKinds } from '../model/cluster-event.ts';

export type EventFilters = readonly (readonly [key: string, value: string])[];

/** Docker's names of the keys, and ours. */
const keys: Readonly<Record<string, string>> = {
  ...{ kind: 'kind', action: 'action', name: 'name', engine: 'engine', project: 'project' },
  ...{ type: 'kind', event: 'action', container: 'name' },
};

/** `--filter` of events, which may be repeated. */
export function eventFilter(given: string, previous: EventFilters = []): EventFilters {
  const [, key = '', value = ''] = /^([a-z]+)=(.+)$/.exec(given) ?? [];
  const known = Object.hasOwn(keys, key) ? keys[key] : undefined;
  if (known === undefined)
    throw new InvalidArgumentError(`It must be one of these keys: ${Object.keys(keys).join(', ')}.`);
  if (known === 'kind' && !eventKinds.some((kind) => kind === value)) {
    throw new InvalidArgumentError(`There are these kinds: ${eventKinds.join(', ')}.`);
  }
  return [...previous, [known, value]] as const;
}
