/** The behaviour of the simulated engines. */
export interface Behaviour {
  /** Of each answer. */
  readonly latencyMs: number;
  /**
   * The number of engines, from the first on, that never answer; and of those after them that answer 500 to everything.
   */
  readonly hanging: number;
  readonly failing: number;
  /** Events of foreign containers over all engines, which are stopped and started alternately. */
  readonly foreignEventsPerSecond: number;
}

export const goodBehaviour: Behaviour = { latencyMs: 0, hanging: 0, failing: 0, foreignEventsPerSecond: 0 };

export type Manner = 'answers' | 'hangs' | 'fails';

export function mannerOf({ hanging, failing }: Behaviour, engine: number): Manner {
  if (engine < hanging) return 'hangs';
  return engine < hanging + failing ? 'fails' : 'answers';
}
