/** Called with what takes a thing down, as soon as it is up. */
export type Undo = (step: () => Promise<void> | void) => void;

/** Whatever becomes of the work, everything that it built is taken down, the last first. */
export async function takingDown<T>(work: (undo: Undo) => Promise<T>): Promise<T> {
  const steps: (() => Promise<void> | void)[] = [];
  try {
    return await work((step) => steps.push(step));
  } finally {
    for (const step of steps.reverse()) await step();
  }
}
