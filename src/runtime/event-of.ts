interface Emitter {
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
}

/**
 * Resolves at the first of these events. Unlike Node's `once`, it does not reject on `error`, so that several waiters
 * do not each report the error.
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
