import type { Contestant } from './contestant.ts';

/** Several in turn: of bare engines, what a person would write who has no scheduler. */
export function roundRobin(contestants: readonly Contestant[]): Contestant {
  let turn = 0;
  return {
    run: (image) => (contestants[turn++ % contestants.length] as Contestant).run(image),
    close: () => {
      for (const each of contestants) each.close();
    },
  };
}
