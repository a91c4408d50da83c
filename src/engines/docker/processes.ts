import type { ProcessList } from '../../model/container.ts';
import { fieldsOf, listOf, textOf } from './shape.ts';

/** Docker's answer to `top`. Throws InvalidResponse where it is none. */
export function toProcessList(answer: unknown): ProcessList {
  const { Titles, Processes } = fieldsOf(answer, 'the answer');
  const words = (value: unknown, what: string) => listOf(value, what).map((word) => textOf(word, what));
  return {
    titles: words(Titles, 'Titles'),
    // A container that ends at this moment has none.
    processes: listOf(Processes ?? [], 'Processes').map((process) => words(process, 'a process')),
  };
}
