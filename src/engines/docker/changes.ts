import type { FileChange } from '../../model/container.ts';
import { fieldsOf, integerOf, listOf, textOf } from './shape.ts';

/** Docker's numbers are the places here. */
const kinds = ['changed', 'added', 'deleted'] as const;
/** A container that unpacked an archive has so many files; Docker's answer is bounded by its bytes. */
const mostChanges = 1_000_000;

/** Docker's answer to `diff`. Throws InvalidResponse. */
export function toFileChanges(answer: unknown): readonly FileChange[] {
  const changes = listOf(isNothing(answer) ? [] : answer, 'the answer', mostChanges).map((entry): FileChange => {
    const { Path, Kind } = fieldsOf(entry, 'a change');
    const kind = kinds[integerOf(Kind, 'Kind', { most: kinds.length - 1 })] ?? 'changed';
    return { path: textOf(Path, 'Path'), kind };
  });
  return changes.sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
}

/** Docker says null for no changes, which our wire hands on as an object without fields. */
function isNothing(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && !Array.isArray(answer) && Object.keys(answer).length === 0;
}
