import { join } from 'node:path';
import { toPlain } from '../../src/application/tree.ts';
import type { Desired, Networking } from '../../src/compose/desired.ts';
import { type LoadedProject, loadProject } from '../../src/compose/load-project.ts';
import { translate } from '../../src/compose/translate.ts';
import { isSatsumaError } from '../../src/model/errors.ts';

export const root = '/work/shop';

export interface Given {
  /** By name, in one folder. */
  readonly files: Readonly<Record<string, string>>;
  /** Merged in this order; `compose.yaml` unless said otherwise. */
  readonly use?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly profiles?: readonly string[];
  readonly networking?: Networking;
  /** Those that are there and may not be read. */
  readonly unreadable?: readonly string[];
  readonly onRead?: (path: string) => void;
}

/** The files of a folder that is nowhere. */
export function loaded({
  files,
  use = ['compose.yaml'],
  variables = {},
  unreadable = [],
  onRead,
}: Given): LoadedProject {
  const readBytes = (path: string) => {
    onRead?.(path);
    if (unreadable.includes(path.slice(root.length + 1)))
      throw Object.assign(new Error('no right to it'), { code: 'EACCES' });
    const text = files[path.slice(root.length + 1)];
    if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    return Buffer.from(text);
  };
  const paths = use.map((name) => ({ path: join(root, name), name, folder: root }));
  return loadProject({ files: paths, readBytes, variables });
}

export function desired(given: Given): Desired {
  const { profiles = [], networking = { kind: 'mesh' } } = given;
  return translate(loaded(given), { project: 'shop', profiles, networking });
}

/** A file with one service `web` of an image, which has these lines as well. */
export function web(lines = '', rest = ''): Given {
  const indented = lines
    .trim()
    .split('\n')
    .map((line) => `    ${line}\n`)
    .join('');
  return { files: { 'compose.yaml': `services:\n  web:\n    image: x\n${lines === '' ? '' : indented}${rest}` } };
}

export function plain(given: Given): unknown {
  return toPlain(loaded(given).model);
}

/** What is said of files that are refused. */
export function problemsOf(given: Given): string[] {
  try {
    desired(given);
    return [];
  } catch (error) {
    if (isSatsumaError(error, 'invalid')) return error.message.split('\n');
    throw error;
  }
}
