import { InvalidArgumentError } from 'commander';
import { eventKinds } from '../model/cluster-event.ts';

/** `isOfKind`: the name belongs to the kind before it. */
export type EventFilters = readonly (readonly [key: string, value: string, isOfKind?: true])[];

/** The keys, and Docker's names for them. */
const keys: Readonly<Record<string, string>> = {
  ...{ kind: 'kind', action: 'action', name: 'name', engine: 'engine', project: 'project' },
  ...{ type: 'kind', event: 'action' },
};

/** Docker's keys that filter by kind and name together. */
const kindKeys: readonly string[] = ['container', 'image', 'volume', 'network', 'secret', 'service', 'job'];

/** `--filter` of events, which may be repeated. */
export function eventFilter(given: string, previous: EventFilters = []): EventFilters {
  const [, key = '', value = ''] = /^([a-z]+)=(.+)$/.exec(given) ?? [];
  const all = [...previous, ...filtersOf(key, value)];
  const kinds = new Set(all.flatMap(([field, kind]) => (field === 'kind' ? [kind] : [])));
  // The API would apply the name to the other kinds, too.
  if (kinds.size > 1 && all.some(([field, , isOfKind]) => field === 'name' && isOfKind))
    throw new InvalidArgumentError(`${kindKeys.join(', ')} cannot be combined with other kinds: use kind and name.`);
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
    throw new InvalidArgumentError(`The kinds are: ${eventKinds.join(', ')}.`);
  }
  return [[known, value]];
}
