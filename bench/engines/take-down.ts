/** Registers the cleanup of something that was just started. */
export type Undo = (step: () => Promise<void> | void) => void;

/** Always runs the registered cleanup steps, in reverse order. */
export async function takingDown<T>(work: (undo: Undo) => Promise<T>): Promise<T> {
  const steps: (() => Promise<void> | void)[] = [];
  try {
    return await work((step) => steps.push(step));
  } finally {
    for (const step of steps.reverse()) await step();
  }
}
