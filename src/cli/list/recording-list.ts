import type { Recording } from '../../api/audit.ts';
import { ageText } from '../age.ts';
import { binarySize } from '../size-text.ts';
import { contains, equals, type List } from './list.ts';

export const recordingList: List<Recording> = {
  columns: [
    { title: 'ID', field: 'ID', value: ({ id }) => id },
    { title: 'STARTED', field: 'Started', value: ({ started_at }) => ageText(started_at) },
    { title: 'ENDED', field: 'Ended', value: ({ ended_at }) => (ended_at === null ? '-' : ageText(ended_at)) },
    { title: 'WHO', field: 'Who', value: ({ who }) => who ?? '-' },
    { title: 'DID', field: 'Did', value: ({ verb }) => verb },
    { title: 'CONTAINER', field: 'Container', value: ({ container }) => container },
    { title: 'ENGINE', field: 'Engine', value: ({ engine }) => engine },
    { title: 'SIZE', field: 'Size', value: ({ bytes }) => binarySize(bytes) },
    { title: 'FROM', field: 'From', only: 'wide', value: ({ from }) => from },
    { title: 'ROLE', field: 'Role', only: 'wide', value: ({ role }) => role ?? '-' },
    { title: 'SHA256', field: 'SHA256', only: 'wide', value: ({ sha256 }) => sha256 ?? '-' },
  ],
  nameOf: ({ id }) => id,
  quiet: { what: 'ids', of: ({ id }) => id },
  filters: {
    who: equals(({ who }) => who ?? '-'),
    container: contains(({ container }) => container),
    engine: equals(({ engine }) => engine),
  },
};
