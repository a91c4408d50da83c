import type { CommitOptions } from '../../model/container.ts';
import { imageIdOf } from './images.ts';
import { fieldsOf } from './shape.ts';

/** Docker's query of a commit, in which `changes` stands once for each line. */
export function commitQuery(id: string, { image, author, message, changes = [], pause = true }: CommitOptions): string {
  const query = new URLSearchParams({ container: id, pause: String(pause) });
  const [, repo = '', tag] = /^(.*?)(?::([^:/]*))?$/.exec(image ?? '') ?? [];
  if (repo !== '') query.set('repo', repo);
  if (tag !== undefined) query.set('tag', tag);
  if (author !== undefined) query.set('author', author);
  if (message !== undefined) query.set('comment', message);
  for (const change of changes) query.append('changes', change);
  return query.toString();
}

/** The id of the image that was made. Throws InvalidResponse. */
export function toImageId(answer: unknown): string {
  return imageIdOf(fieldsOf(answer, 'the answer').Id, 'Id');
}
