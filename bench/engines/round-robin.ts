import type { Contestant } from './contestant.ts';

/** Uses several contestants in rotation, like a client without a scheduler. */
export function roundRobin(contestants: readonly Contestant[]): Contestant {
  let turn = 0;
  return {
    run: (image) => (contestants[turn++ % contestants.length] as Contestant).run(image),
    close: () => {
      for (const each of contestants) each.close();
    },
  };
}
