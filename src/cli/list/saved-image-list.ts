import type { SavedImage } from '../../api/saved-image.ts';
import { projectOf } from '../../model/image-config.ts';
import { ageText } from '../age.ts';
import { contains, equals, type List, labelled } from './list.ts';

export const savedImageList: List<SavedImage> = {
  columns: [
    { title: 'NAME', field: 'Name', value: ({ name }) => name },
    { title: 'VERSION', field: 'Version', value: ({ version }) => String(version) },
    { title: 'IMAGE', field: 'Image', kind: 'detail', value: ({ image }) => image.name },
    { title: 'SAVED', field: 'SavedSince', value: ({ saved_at }) => ageText(saved_at) },
    { title: 'LABELS', field: 'Labels', only: 'wide', value: ({ image: { labels = [] } }) => labels.join(',') },
    { title: 'SAVED AT', field: 'SavedAt', only: 'wide', value: ({ saved_at }) => saved_at },
  ],
  nameOf: ({ name }) => name,
  quiet: { what: 'names', of: ({ name }) => name },
  filters: {
    name: contains(({ name }) => name),
    image: contains(({ image }) => image.name),
    label: labelled(({ image: { labels = [] } }) => labels),
    project: equals(({ image }) => projectOf(image)),
  },
};
