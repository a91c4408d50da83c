import type { Webhook } from '../../api/webhook.ts';
import { ageText } from '../age.ts';
import { contains, equals, type List } from './list.ts';

export const webhookList: List<Webhook> = {
  columns: [
    { title: 'NAME', field: 'Name', value: ({ name }) => name },
    { title: 'STATE', field: 'State', kind: 'state', value: ({ status }) => status.state },
    { title: 'URL', field: 'URL', kind: 'detail', value: ({ url }) => url },
    { title: 'FILTER', field: 'Filter', kind: 'detail', value: filterOf },
    { title: 'DELIVERED', field: 'Delivered', value: ({ status }) => String(status.delivered) },
    { title: 'WAITING', field: 'Waiting', value: ({ status }) => String(status.waiting) },
    { title: 'LAST', field: 'LastDelivery', isOptional: true, value: ({ status }) => ageText(status.last_delivery_at) },
    { title: 'ERROR', field: 'Error', kind: 'words', isOptional: true, value: ({ status }) => status.last_error ?? '' },
    { title: 'DROPPED', field: 'Dropped', only: 'wide', value: ({ status }) => String(status.dropped) },
    { title: 'FAILED', field: 'Failed', only: 'wide', value: ({ status }) => String(status.failed) },
    { title: 'CREATED AT', field: 'CreatedAt', only: 'wide', value: ({ created_at }) => created_at },
  ],
  nameOf: ({ name }) => name,
  quiet: { what: 'names', of: ({ name }) => name },
  filters: {
    name: contains(({ name }) => name),
    url: contains(({ url }) => url),
    state: equals(({ status }) => status.state, ['new', 'ok', 'failing']),
  },
};

function filterOf({ filter }: Webhook): string {
  return Object.entries(filter)
    .map(([key, values]) => `${key}=${values.join('|')}`)
    .join(' ');
}
