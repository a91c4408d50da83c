import { canonicalImageName } from '../../model/image-name.ts';
import type { ImageNames } from '../engine-client.ts';
import { Doubts } from './doubts.ts';
import { type Fields, fieldsOf, firstOf, lineOf, listOf, maximumEntries } from './shape.ts';

/**
 * Canonical names in Docker's image list, sorted, each once. An image that makes no sense is left out, and so are those at
 * the end of a list that is too long. Throws InvalidResponse.
 */
export function toImageNames(answer: unknown): ImageNames {
  const doubts = new Doubts();
  const listed = firstOf(answer, 'the answer');
  const images = doubts.each(listed.entries, (entry) => fieldsOf(entry, 'an entry'));
  const tags = doubts.each(images, (image) => listOf((image as Fields).RepoTags ?? [], 'RepoTags')).flat();
  const named = doubts.each(tags, (tag) => lineOf(tag, 'a tag')).filter((tag) => !tag.includes('<none>'));
  const names = [...new Set(named.map(canonicalImageName))];
  const first = names.slice(0, maximumEntries).sort();
  if (listed.rest === 0 && first.length === names.length) return first;
  return Object.assign(first, { unclear: `the image list has more than ${maximumEntries} entries` });
}
