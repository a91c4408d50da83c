/** The result of an expired timeout. */
export const timedOut = Symbol('late');

/** The answer, or `timedOut` after the timeout. The operation continues in the background. */
export function withTimeout<T>(ms: number, answer: Promise<T>): Promise<T | typeof timedOut> {
  return new Promise((resolve, reject) => {
    // Not a promise-based timer: creating its abort error takes longer than the pings that this guards.
    const timer = setTimeout(resolve, ms, timedOut);
    void answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
