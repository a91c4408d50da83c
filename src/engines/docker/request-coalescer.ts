import { isSatsumaError } from '../../model/errors.ts';

interface Question {
  readonly now: Promise<unknown>;
  next: Promise<unknown> | undefined;
}

/**
 * A question that many ask at the same time goes to the engine once, so that a thousand lists cost a slow engine one
 * connection. Whoever asks while an answer is under way shares the next one: what they did before they asked is in it.
 */
export class RequestCoalescer {
  readonly #questions = new Map<string, Question>();

  /** `key`: what is asked. The answer belongs to all who asked: nobody changes it. */
  ask<T>(key: string, send: () => Promise<T>): Promise<T> {
    const question = this.#questions.get(key);
    if (!question) return this.#begin(key, send);
    question.next ??= question.now.then(
      () => this.#begin(key, send),
      (error: unknown) => {
        // They waited for it as well: one deadline is enough.
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
