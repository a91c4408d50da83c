import type { ImageStepRow } from '../../api/engine-image.ts';
import { ageText } from '../age.ts';
import { decimalSize } from '../size-text.ts';
import { contains, type List } from './list.ts';

export const imageStepList: List<ImageStepRow> = {
  columns: [
    { title: 'ID', field: 'ID', kind: 'id', value: idOf },
    { title: 'CREATED', field: 'CreatedSince', value: ({ created_at }) => ageText(created_at) },
    { title: 'CREATED BY', field: 'CreatedBy', kind: 'words', value: ({ created_by }) => created_by },
    { title: 'SIZE', field: 'Size', value: ({ size }) => decimalSize(size) },
    { title: 'COMMENT', field: 'Comment', isOptional: true, value: ({ comment }) => comment },
    { title: 'CREATED AT', field: 'CreatedAt', only: 'wide', value: ({ created_at }) => created_at },
  ],
  nameOf: idOf,
  quiet: { what: 'ids', of: idOf, areIds: true },
  filters: { created_by: contains(({ created_by }) => created_by) },
};

/** Docker's text for a step without an image of its own. */
function idOf({ id }: ImageStepRow): string {
  return id?.replace(/^sha256:/, '') ?? '<missing>';
}
