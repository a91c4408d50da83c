import type Joi from 'joi';

/** The message of every key is what it must be; `problems.ts` makes the sentence. */
export function must<S extends Joi.Schema>(expectation: string, schema: S): S {
  return schema.messages({ '*': expectation }) as S;
}

export const unknownSetting = 'unknown';
