import { isSatsumaError } from '../../model/errors.ts';

interface Question {
  readonly now: Promise<unknown>;
  next: Promise<unknown> | undefined;
}

/**
 * Coalesces identical concurrent reads, so that a thousand lists cost a slow engine one connection. A caller that
 * arrives during a request gets the result of the next one, which reflects all its earlier changes.
 */
export class RequestCoalescer {
  readonly #questions = new Map<string, Question>();

  /** `key` identifies the request. The result is shared: callers must not modify it. */
  ask<T>(key: string, send: () => Promise<T>): Promise<T> {
    const question = this.#questions.get(key);
    if (!question) return this.#begin(key, send);
    question.next ??= question.now.then(
      () => this.#begin(key, send),
      (error: unknown) => {
        // They waited as well, so the timeout applies to them too.
        if (isSatsumaError(error, 'engine_timeout')) {
          this.#questions.delete(key);
          throw error;
        }
        return this.#begin(key, send);
      },
    );
    return question.next as Promise<T>;
  }

  #begin<T>(key: string, send: () => Promise<T>): Promise<T> {
    const now = send();
    const question: Question = { now, next: undefined };
    this.#questions.set(key, question);
    const end = () => {
      if (!question.next) this.#questions.delete(key);
    };
    now.then(end, end);
    return now;
  }
}
