/** The six orders of three: in six rounds each runs equally often first, second and third, and after each other one. */
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
 * Lets three runners take turns for `rounds` rounds, each round in another order, so that changes of the machine's
 * speed affect all alike. Returns the results of each runner by round.
 */
export async function alternate<T>(rounds: number, runners: Three<() => Promise<T>>): Promise<Three<readonly T[]>> {
  const results: Three<T[]> = [[], [], []];
  for (let round = 0; round < rounds; round++) {
    for (const index of orders[round % orders.length] ?? orders[0]) results[index].push(await runners[index]());
  }
  return results;
}
