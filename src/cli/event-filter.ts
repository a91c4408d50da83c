import { InvalidArgumentError } from 'commander';
import { eventKinds } from '../model/cluster-event.ts';

/** `isOfKind`: the name is that of a thing of the kind before it. */
export type EventFilters = readonly (readonly [key: string, value: string, isOfKind?: true])[];

/** Docker's names of the keys, and ours. */
const keys: Readonly<Record<string, string>> = {
  ...{ kind: 'kind', action: 'action', name: 'name', engine: 'engine', project: 'project' },
  ...{ type: 'kind', event: 'action' },
};

/** Docker's way to say the kind and the name in one. */
const kindKeys: readonly string[] = ['container', 'image', 'volume', 'network', 'secret', 'service', 'job'];

/** `--filter` of events, which may be repeated. */
export function eventFilter(given: string, previous: EventFilters = []): EventFilters {
  const [, key = '', value = ''] = /^([a-z]+)=(.+)$/.exec(given) ?? [];
  const all = [...previous, ...filtersOf(key, value)];
  const kinds = new Set(all.flatMap(([field, kind]) => (field === 'kind' ? [kind] : [])));
  // The name would be looked for in the other kind as well.
  if (kinds.size > 1 && all.some(([field, , isOfKind]) => field === 'name' && isOfKind))
    throw new InvalidArgumentError(`With ${kindKeys.join(', ')} no other kind can be asked for: use kind and name.`);
  return all;
}

function filtersOf(key: string, value: string): EventFilters {
  if (kindKeys.includes(key)) {
    return [
      ['kind', key],
      ['name', value, true],
    ];
  }
  const known = Object.hasOwn(keys, key) ? keys[key] : undefined;
  if (known === undefined)
    throw new InvalidArgumentError(`It must be one of these keys: ${[...Object.keys(keys), ...kindKeys].join(', ')}.`);
  if (known === 'kind' && !eventKinds.some((kind) => kind === value)) {
    throw new InvalidArgumentError(`There are these kinds: ${eventKinds.join(', ')}.`);
  }
  return [[known, value]];
}
