import { isSatsumaError, SatsumaError } from '../../model/errors.ts';

/** Throws what an engine failed with, in words of the name that people use: an engine is asked by the id, and says the id. */
export function nameInError({ id, name }: { readonly id: string; readonly name: string }): (error: unknown) => never {
  return (error) => {
    if (!isSatsumaError(error) || name === '' || !error.message.includes(id)) throw error;
    throw new SatsumaError(error.code, error.message.replaceAll(id, name), { cause: error, details: error.details });
  };
}
