import type { ProcessList } from '../../model/container.ts';
import { fieldsOf, listOf, textOf } from './shape.ts';

/** Maps Docker's `top`. Throws InvalidResponse. */
export function toProcessList(answer: unknown): ProcessList {
  const { Titles, Processes } = fieldsOf(answer, 'the answer');
  const words = (value: unknown, what: string) => listOf(value, what).map((word) => textOf(word, what));
  return {
    titles: words(Titles, 'Titles'),
    // An exiting container has no processes.
    processes: listOf(Processes ?? [], 'Processes').map((process) => words(process, 'a process')),
  };
}
