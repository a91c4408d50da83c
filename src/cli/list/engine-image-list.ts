import type { EngineImageRow } from '../../api/engine-image.ts';
import { imageRepository } from '../../model/image-name.ts';
import { ageText } from '../age.ts';
import { decimalSize } from '../size-text.ts';
import { contains, equals, type List } from './list.ts';

const none = '<none>';

export const engineImageList: List<EngineImageRow> = {
  columns: [
    { title: 'IMAGE', field: 'Image', value: namesOf },
    { title: 'ID', field: 'ID', kind: 'id', value: idOf },
    { title: 'CREATED', field: 'CreatedSince', value: ({ created_at }) => ageText(created_at) },
    { title: 'SIZE', field: 'Size', value: ({ size }) => decimalSize(size) },
    { title: 'ENGINES', field: 'Engines', kind: 'detail', value: ({ engines }) => engines.join(',') },
    { title: 'CREATED AT', field: 'CreatedAt', only: 'wide', value: ({ created_at }) => created_at },
    { title: 'REPOSITORY', field: 'Repository', only: 'format', value: repositoryOf },
    { title: 'TAG', field: 'Tag', only: 'format', value: tagOf },
  ],
  nameOf: (row) => row.tags[0] ?? idOf(row),
  quiet: { what: 'ids', of: idOf, areIds: true },
  filters: {
    reference: contains(namesOf),
    dangling: equals(({ tags }) => String(tags.length === 0), ['true', 'false']),
    engine: { matches: ({ engines }, value) => engines.includes(value) },
  },
};

function namesOf({ tags }: EngineImageRow): string {
  return tags.length > 0 ? tags.join(',') : none;
}

function idOf({ id }: EngineImageRow): string {
  return id.replace(/^sha256:/, '');
}

/** Of the first name. */
function repositoryOf({ tags: [name] }: EngineImageRow): string {
  return name === undefined ? none : imageRepository(name);
}

function tagOf({ tags: [name] }: EngineImageRow): string {
  return name?.split(':').at(-1) ?? none;
}
