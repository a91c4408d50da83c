import { posix } from 'node:path';
import { SatsumaError } from '../../model/errors.ts';

/** An operand of `satsuma cp`, in docker's syntax. */
export type CopyOperand =
  | { readonly kind: 'stream' }
  | { readonly kind: 'local'; readonly path: string }
  | { readonly kind: 'container'; readonly container: string; readonly path: string };

/** `-`, `CONTAINER:PATH`, or a local path; a local path with a colon must start with `/` or `.`. */
export function readOperand(text: string): CopyOperand {
  if (text === '-') return { kind: 'stream' };
  const colon = text.indexOf(':');
  if (text.startsWith('/') || text.startsWith('.') || colon === -1) return { kind: 'local', path: text };
  const [container, path] = [text.slice(0, colon), text.slice(colon + 1)];
  if (container === '' || path === '')
    throw new SatsumaError('invalid', `${text} must be like CONTAINER:PATH, or ./${text} for a file of this machine`);
  return { kind: 'container', container, path };
}

export interface Destination {
  readonly path: string;
  readonly exists: boolean;
  readonly isDirectory: boolean;
}

/** The folder in which an archive is unpacked, and the new name of its first entry. Absent name: its own. */
interface CopyPlan {
  readonly folder: string;
  readonly name?: string;
}

/**
 * The rules of `docker cp`: in an existing folder the source keeps its name; a missing target becomes a copy of the
 * source. Throws `invalid`.
 */
export function planCopy(source: { readonly isDirectory: boolean }, destination: Destination): CopyPlan {
  const { path, exists, isDirectory } = destination;
  if (exists && isDirectory) return { folder: path };
  if (exists && source.isDirectory) throw new SatsumaError('invalid', `cannot copy a folder onto the file ${path}`);
  const isFolderAsked = /(^|\/)\.?$/.test(path) || path.endsWith('/..');
  if (exists && isFolderAsked) throw new SatsumaError('invalid', `${path} is not a folder`);
  const isNameless = /(^|\/)\.{1,2}$/.test(path);
  if (isNameless || (isFolderAsked && !source.isDirectory))
    throw new SatsumaError('invalid', `there is no folder ${path}`);
  const { folder, base } = splitPath(path);
  return { folder, name: base };
}

/** Splits a path into folder and name. A path that ends with `/.` has the name `.`, for the contents of the folder. */
export function splitPath(path: string): { readonly folder: string; readonly base: string } {
  const clean = posix.normalize(path).replace(/(.)\/$/, '$1');
  if (/(^|\/)\.$/.test(path)) return { folder: clean, base: '.' };
  return { folder: posix.dirname(clean), base: posix.basename(clean) };
}

/** The target of a link, relative to the link's folder. */
export function followLink(path: string, target: string): string {
  return target.startsWith('/') ? target : posix.join(splitPath(path).folder, target);
}
