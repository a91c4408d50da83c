import { isSatsumaError, SatsumaError } from '../../model/errors.ts';

/**
 * Rethrows an engine's error with the container's name instead of its id: engines are asked by id, and users know the
 * name.
 */
export function nameInError({ id, name }: { readonly id: string; readonly name: string }): (error: unknown) => never {
  return (error) => {
    if (!isSatsumaError(error) || name === '' || !error.message.includes(id)) throw error;
    throw new SatsumaError(error.code, error.message.replaceAll(id, name), { cause: error, details: error.details });
  };
}
