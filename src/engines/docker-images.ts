import { canonicalImageName } from '../model/image-name.ts';
import { fieldsOf, lineOf, listOf } from './docker-shape.ts';

/** Canonical names in Docker's image list, sorted, each once. Throws Nonsense. */
export function toImageNames(answer: unknown): string[] {
  const images = listOf(answer, 'the answer').map((entry) => fieldsOf(entry, 'an entry'));
  const tags = images.flatMap(({ RepoTags }) => listOf(RepoTags ?? [], 'RepoTags')).map((tag) => lineOf(tag, 'a tag'));
  const named = tags.filter((tag) => !tag.includes('<none>'));
  return [...listOf([...new Set(named.map(canonicalImageName))].sort(), 'the list of names')] as string[];
}
