import type { Engine } from '../../api/engine.ts';
import { ageText, tookText } from '../age.ts';
import { contains, equals, type List, labelled } from './list.ts';

export const engineList: List<Engine> = {
  columns: [
    { title: 'ID', field: 'ID', value: ({ id }) => id },
    { title: 'STATUS', field: 'Status', kind: 'state', value: statusOf },
    { title: 'ADDRESS', field: 'Address', value: ({ addr }) => addr },
    { title: 'CPUS', field: 'CPUs', value: ({ reserved_cpus, cpus }) => `${reserved_cpus}/${cpus}` },
    { title: 'MEMORY', field: 'Memory', value: ({ reserved_memory, memory }) => `${reserved_memory}/${memory} MB` },
    { title: 'CONTAINERS', field: 'Containers', value: ({ containers }) => String(containers) },
    { title: 'VERSION', field: 'EngineVersion', isOptional: true, value: ({ version = '' }) => version },
    { title: 'LABELS', field: 'Labels', kind: 'detail', value: ({ labels }) => labels.join(',') },
    { title: 'ERROR', field: 'Error', kind: 'words', isOptional: true, value: errorOf },
    { title: 'RESOURCES', field: 'Resources', only: 'wide', value: resourcesOf },
    { title: 'OBSERVED', field: 'Observed', only: 'wide', value: ({ observed_at }) => ageText(observed_at) },
    { title: 'OBSERVED AT', field: 'ObservedAt', only: 'format', value: ({ observed_at = '' }) => observed_at },
  ],
  nameOf: ({ id }) => id,
  quiet: { what: 'ids', of: ({ id }) => id },
  filters: {
    id: { matches: ({ id }, value) => id.startsWith(value) },
    name: contains(({ id }) => id),
    label: labelled(({ labels }) => labels),
    status: equals(({ status }) => status, ['pending', 'ok', 'maintenance', 'draining', 'lost', 'down']),
    version: { matches: ({ version = '' }, value) => version.startsWith(value) },
  },
};

/** For an engine that is down, also since when. */
function statusOf({ status, since }: Engine): string {
  return status === 'down' && since !== undefined ? `${status} ${tookText(since, null)}` : status;
}

function errorOf({ error, unclear, failures }: Engine): string {
  if (error !== undefined || unclear !== undefined || !failures) return error ?? unclear ?? '';
  return `${failures.count === 1 ? '1 start' : `${failures.count} starts`} failed, the first ${ageText(failures.since)}`;
}

function resourcesOf({ resources = {}, reserved_resources: reserved = {} }: Engine): string {
  return Object.entries(resources)
    .map(([name, amount]) => `${name} ${reserved[name] ?? 0}/${amount}`)
    .join(', ');
}
