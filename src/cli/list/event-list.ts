import type { ClusterEvent } from '../../model/cluster-event.ts';
import type { List } from './list.ts';

/** The fields of docker's events, and the engine. */
export const eventList: List<ClusterEvent> = {
  columns: [
    { title: 'TIME', field: 'Time', value: ({ at }) => at },
    { title: 'TYPE', field: 'Type', value: ({ kind }) => kind },
    { title: 'ACTION', field: 'Action', value: ({ action }) => action },
    { title: 'NAME', field: 'Name', value: ({ name }) => name },
    { title: 'ID', field: 'ID', kind: 'id', value: ({ id }) => id },
    { title: 'ENGINE', field: 'Engine', value: ({ engine = '' }) => engine },
    { title: 'PROJECT', field: 'Project', only: 'format', value: ({ project = '' }) => project },
    { title: 'STATUS', field: 'Status', only: 'format', value: ({ action }) => action },
  ],
  nameOf: ({ name }) => name,
  quiet: { what: 'names', of: ({ name }) => name },
  filters: {},
  maps: {
    Attributes: ({ attributes }) =>
      Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, String(value)])),
  },
};
