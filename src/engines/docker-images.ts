import { canonicalImageName } from '../model/image-name.ts';
import { Doubts } from './docker-doubts.ts';
import { type Fields, fieldsOf, lineOf, listOf } from './docker-shape.ts';

/** Canonical names in Docker's image list, sorted, each once. An image that makes no sense is left out. Throws Nonsense. */
export function toImageNames(answer: unknown): string[] {
  const doubts = new Doubts();
  const images = doubts.each(listOf(answer, 'the answer'), (entry) => fieldsOf(entry, 'an entry'));
  const tags = doubts.each(images, (image) => listOf((image as Fields).RepoTags ?? [], 'RepoTags')).flat();
  const named = doubts.each(tags, (tag) => lineOf(tag, 'a tag')).filter((tag) => !tag.includes('<none>'));
  return [...listOf([...new Set(named.map(canonicalImageName))].sort(), 'the list of names')] as string[];
}
