/** The six orders of three: over six rounds each goes equally often first, second and third, and after each other one. */
const orders = [
  [0, 1, 2],
  [2, 1, 0],
  [1, 0, 2],
  [2, 0, 1],
  [0, 2, 1],
  [1, 2, 0],
] as const;

type Three<T> = readonly [T, T, T];

/**
 * Lets three take turns for `rounds` rounds, each round in another order, so that a machine that grows slower or faster
 * does so for all of them alike. Gives what each one gave, round by round.
 */
export async function alternate<T>(rounds: number, runners: Three<() => Promise<T>>): Promise<Three<readonly T[]>> {
  const results: Three<T[]> = [[], [], []];
  for (let round = 0; round < rounds; round++) {
    for (const index of orders[round % orders.length] ?? orders[0]) results[index].push(await runners[index]());
  }
  return results;
}
