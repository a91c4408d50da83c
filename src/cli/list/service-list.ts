import type { Generation, Service } from '../../api/service.ts';
import { projectOf } from '../../model/image-config.ts';
import { ageText } from '../age.ts';
import { contains, equals, type List, labelled } from './list.ts';

export const serviceList: List<Service> = {
  columns: [
    { title: 'NAME', field: 'Name', value: ({ name }) => name },
    { title: 'STATE', field: 'State', kind: 'state', value: ({ status }) => status.state },
    {
      ...{ title: 'READY', field: 'Replicas' },
      value: ({ status, replicas }) => `${status.ready} of ${status.wanted}${replicas === 'global' ? ' (global)' : ''}`,
    },
    { title: 'IMAGE', field: 'Image', kind: 'detail', value: ({ image }) => image.name },
    { title: 'GENERATION', field: 'Generation', value: ({ generation }) => String(generation) },
    { title: 'MESSAGE', field: 'Message', kind: 'words', value: ({ status }) => status.rollout.message ?? '' },
    { title: 'MODE', field: 'Mode', only: 'wide', value: modeOf },
    { title: 'CHANGED', field: 'Changed', only: 'wide', value: ({ updated_at }) => ageText(updated_at) },
    { title: 'CAUSE', field: 'Cause', only: 'wide', value: ({ cause }) => cause },
    { title: 'LABELS', field: 'Labels', only: 'wide', value: ({ image: { labels = [] } }) => labels.join(',') },
    { title: 'UPDATED AT', field: 'UpdatedAt', only: 'format', value: ({ updated_at }) => updated_at },
  ],
  nameOf: ({ name }) => name,
  quiet: { what: 'names', of: ({ name }) => name },
  filters: {
    name: contains(({ name }) => name),
    mode: equals(modeOf, ['replicated', 'global']),
    state: equals(({ status }) => status.state),
    label: labelled(({ image: { labels = [] } }) => labels),
    project: equals(({ image }) => projectOf(image)),
  },
};

export const generationList: List<Generation> = {
  columns: [
    { title: 'GENERATION', field: 'Generation', value: ({ generation }) => String(generation) },
    { title: 'CREATED', field: 'CreatedSince', value: ({ created_at }) => ageText(created_at) },
    { title: 'CAUSE', field: 'Cause', value: ({ cause }) => cause },
    { title: 'IMAGE', field: 'Image', kind: 'detail', value: ({ image }) => image },
    { title: 'REPLICAS', field: 'Replicas', value: ({ replicas }) => String(replicas) },
    { title: 'TEMPLATE', field: 'Template', value: ({ template }) => String(template) },
    { title: 'CREATED AT', field: 'CreatedAt', only: 'wide', value: ({ created_at }) => created_at },
  ],
  nameOf: ({ generation }) => String(generation),
  quiet: { what: 'numbers', of: ({ generation }) => String(generation) },
  filters: { cause: equals(({ cause }) => cause), image: contains(({ image }) => image) },
};

function modeOf({ replicas }: Service): string {
  return replicas === 'global' ? 'global' : 'replicated';
}
