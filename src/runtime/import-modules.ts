import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SatsumaError } from '../model/errors.ts';

/** What users extend the server with: a module's default export is one thing, or an array of them. Throws `invalid`. */
export async function importModules<T>(
  modules: readonly string[],
  { what, as }: { readonly what: string; readonly as: (value: unknown, module: string) => T },
): Promise<T[]> {
  const imported = await Promise.all(
    modules.map(async (name) => {
      const module = await import(isAbsolute(name) ? pathToFileURL(name).href : name).catch((cause: unknown) => {
        throw new SatsumaError('invalid', `cannot import the ${what} module ${name}: ${String(cause)}`, { cause });
      });
      return [module.default].flat().map((each) => as(each, name));
    }),
  );
  return imported.flat();
}
