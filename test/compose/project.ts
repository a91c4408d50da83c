import { join } from 'node:path';
import { parse } from 'yaml';
import { toPlain } from '../../src/application/tree.ts';
import type { Desired, Networking } from '../../src/compose/desired.ts';
import { type LoadedProject, loadProject } from '../../src/compose/load-project.ts';
import { translate } from '../../src/compose/translate.ts';
import { isSatsumaError } from '../../src/model/errors.ts';
import { isComposeFile } from './schema/schema.ts';

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
  const found = translate(loaded(given), { project: 'shop', profiles, networking });
  for (const name of given.use ?? ['compose.yaml']) expectComposeFile(given.files[name] ?? '');
  return found;
}

/** The specification wants texts there, and has no numbers: they are taken as they are written. */
const beyond = ['command: [a, 1, true]'];

/** What is accepted is a Compose file for whoever else reads it: Satsuma has no dialect of its own. */
function expectComposeFile(text: string): void {
  if (beyond.some((each) => text.includes(each))) return;
  const isValid = isComposeFile();
  if (isValid(parse(text, { merge: true, logLevel: 'silent' }))) return;
  const wrong = isValid.errors?.map(({ instancePath, message }) => `${instancePath} ${message}`).join('; ');
  throw new Error(`this is accepted, and the specification has it not: ${wrong}\n${text}`);
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
