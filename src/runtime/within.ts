/** Stands for an answer that did not come in time. */
export const late = Symbol('late');

/** The answer, or `late` after that time. What is late goes on until its own end, which is nobody's business then. */
export function within<T>(ms: number, answer: Promise<T>): Promise<T | typeof late> {
  return new Promise((resolve, reject) => {
    // Not a promised timer: the error that ends one takes longer to make than the ping that it guards.
    const timer = setTimeout(resolve, ms, late);
    void answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
