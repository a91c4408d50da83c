/** Stands for an answer that did not come in time. */
export const timedOut = Symbol('late');

/** The answer, or `late` after that time. What is late goes on until its own end, which is nobody's business then. */
export function withTimeout<T>(ms: number, answer: Promise<T>): Promise<T | typeof timedOut> {
  return new Promise((resolve, reject) => {
    // Not a promised timer: the error that ends one takes longer to make than the ping that it guards.
    const timer = setTimeout(resolve, ms, timedOut);
    void answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
