import { contains, equals, type List } from './list.ts';

/** A replica of a service, or a job, of a Compose project. */
export interface ComposeRow {
  readonly name: string;
  /** Its name in the file. */
  readonly service: string;
  readonly kind: 'service' | 'job';
  readonly state: string;
  readonly reason?: string;
  readonly engine: string | null;
  readonly container: string | null;
  readonly image: string;
  readonly ports: readonly string[];
}

export const composeList: List<ComposeRow> = {
  columns: [
    { title: 'NAME', field: 'Name', value: ({ name }) => name },
    { title: 'SERVICE', field: 'Service', value: ({ service }) => service },
    { title: 'STATE', field: 'State', kind: 'state', value: ({ state }) => state },
    { title: 'ENGINE', field: 'Engine', value: ({ engine }) => engine ?? '' },
    { title: 'IMAGE', field: 'Image', kind: 'detail', value: ({ image }) => image },
    { title: 'PORTS', field: 'Ports', value: ({ ports }) => ports.join(', ') },
    { title: 'REASON', field: 'Reason', kind: 'words', isOptional: true, value: ({ reason = '' }) => reason },
    { title: 'KIND', field: 'Kind', only: 'wide', value: ({ kind }) => kind },
    { title: 'CONTAINER', field: 'ID', only: 'wide', kind: 'id', value: ({ container }) => container ?? '' },
  ],
  nameOf: ({ name }) => name,
  quiet: { what: 'ids of the containers', of: ({ container }) => container ?? '', areIds: true },
  filters: {
    name: contains(({ name }) => name),
    service: equals(({ service }) => service),
    state: equals(({ state }) => state),
    engine: equals(({ engine }) => engine ?? ''),
  },
};
