interface Emitter {
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
}

/**
 * Resolves when the first of these events happens next. Unlike Node's `once` it does not reject at an error: who waits for several things
 * is told of errors once.
 */
export function eventOf(emitter: Emitter, ...events: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      for (const event of events) emitter.off(event, end);
      resolve();
    };
    for (const event of events) emitter.on(event, end);
  });
}
