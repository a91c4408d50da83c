/** How the simulated engines behave from now on. */
export interface Behaviour {
  /** Of each answer. */
  readonly latencyMs: number;
  /** How many of the engines, from the first on, never answer, and how many of those after them answer 500 to all. */
  readonly hanging: number;
  readonly failing: number;
  /** Of containers that somebody else has on the engines, over all engines: they are stopped and started by turns. */
  readonly foreignEventsPerSecond: number;
}

export const goodBehaviour: Behaviour = { latencyMs: 0, hanging: 0, failing: 0, foreignEventsPerSecond: 0 };

export type Manner = 'answers' | 'hangs' | 'fails';

export function mannerOf({ hanging, failing }: Behaviour, engine: number): Manner {
  if (engine < hanging) return 'hangs';
  return engine < hanging + failing ? 'fails' : 'answers';
}
