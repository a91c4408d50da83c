import type Joi from 'joi';

/** Sets the message of a key to its expectation; `problems.ts` completes the sentence. */
export function must<S extends Joi.Schema>(expectation: string, schema: S): S {
  return schema.messages({ '*': expectation }) as S;
}

export const unknownSetting = 'unknown';
