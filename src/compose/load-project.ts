import { basename, dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Problems, quoted } from '../application/problems.ts';
import { below, type Dict, dict, mapEntries, pathFrom, type Tree, textOf, toPlain } from '../application/tree.ts';
import { Value } from '../application/value.ts';
import { loadFile, readFile } from './load-file.ts';
import { merge } from './merge.ts';
import { sections } from './normal-form.ts';
import { readVariables } from './read-variables.ts';
import type { File, Reading } from './reading.ts';

interface ProjectOptions {
  /** Merged in this order. */
  readonly files: readonly File[];
  /** Files of variables that must be there. Left out: `.env` beside the first file, if it is there. */
  readonly variableFiles?: readonly string[] | undefined;
  /** Throws where there is no such file, or it is none. */
  readonly readBytes: (path: string) => Buffer;
  /** Of the shell: it counts more than a file of variables. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly problems?: Problems;
  /**
   * What the project is called: it is the variable COMPOSE_PROJECT_NAME in the files. `inFile` reads what they say of it
   * themselves, which costs as much as reading them at all. Throws `invalid`.
   */
  readonly nameFrom?: (inFile: () => string | undefined) => string;
}

/** All files as one, which nothing is left to be done to but its translation. */
export interface LoadedProject {
  readonly model: Dict;
  readonly reading: Reading;
  /** Left out: nobody asked. */
  readonly name?: string | undefined;
}

const deepestInclude = 16;
const maxIncluded = 500;

/** Throws `invalid` with all that is wrong. */
export function loadProject({
  files,
  variableFiles,
  readBytes,
  variables,
  problems = new Problems(),
  nameFrom,
}: ProjectOptions): LoadedProject {
  const readText = (path: string) => readBytes(path).toString();
  const start = { readText, readBytes, variables, problems, parsed: new Map(), included: { count: 0 } };
  const given = variablesOf(files[0]?.folder ?? '.', variableFiles, start);
  const name = nameFrom && nameOf(nameFrom, files, { ...start, variables: given });
  const reading = { ...start, variables: { ...given, ...(name !== undefined && { COMPOSE_PROJECT_NAME: name }) } };
  const model = loadAll(files, reading, []);
  problems.refuse();
  return { model, reading, name };
}

function nameOf(nameFrom: NonNullable<ProjectOptions['nameFrom']>, files: readonly File[], reading: Reading): string {
  const aside = { ...reading, problems: new Problems(), parsed: new Map() };
  try {
    return nameFrom(() => nameIn(files, aside));
  } catch (error) {
    // A file that cannot be read says no name, which is not what is wrong with it.
    aside.problems.refuse();
    throw error;
  }
}

/** `name` of the last file that has one. What else is wrong in them is found when they are read as a whole. */
function nameIn(files: readonly File[], aside: Reading): string | undefined {
  const names = files.flatMap((file) => {
    const name = readFile(file, aside)?.entries.get('name');
    return name?.kind === 'scalar' && name.value !== null ? [textOf(name)] : [];
  });
  return names.at(-1);
}

type FileReader = Pick<Reading, 'readText' | 'variables' | 'problems'>;

/** Those of the shell, and those of files, by default of `.env` in the folder. */
export function variablesOf(
  folder: string,
  files: readonly string[] | undefined,
  reader: FileReader,
): Reading['variables'] {
  return withFiles(files ?? dotEnv(folder, reader), reader);
}

function withFiles(paths: readonly string[], { readText, variables, problems }: FileReader): Reading['variables'] {
  let found: Record<string, string> = {};
  for (const path of paths) {
    const name = basename(path);
    try {
      const more = readVariables({ file: name, text: readText(path) }, { ...found, ...variables }, problems);
      found = { ...found, ...more };
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      problems.add({ file: path, folder: '', line: 1 }, '', `cannot be read: ${code ?? message}`);
    }
  }
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined));
  return { ...found, ...set };
}

function loadAll(files: readonly File[], reading: Reading, within: readonly string[]): Dict {
  const loaded = files.flatMap((file) => loadFile(file, reading) ?? []);
  const empty = dict([], { place: { file: files[0]?.name ?? '', folder: files[0]?.folder ?? '', line: 1 } });
  const whole = loaded.reduce<Dict>((base, over) => (merge(base, over) as Dict | undefined) ?? base, empty);
  const own = mapEntries(whole, (value, key) => (key === 'include' ? undefined : value));
  const includes = whole.entries.get('include');
  return includes === undefined
    ? own
    : withIncluded(own, includes, reading, [...within, ...files.map(({ path }) => path)]);
}

function withIncluded(own: Dict, includes: Tree, reading: Reading, within: readonly string[]): Dict {
  const { problems } = reading;
  let whole = own;
  for (const requested of new Value(includes, 'include', problems).list() ?? []) {
    const included = includedBy(requested, reading, within);
    if (included) whole = joined(whole, included, requested);
  }
  return whole;
}

function includedBy(requested: Value, reading: Reading, within: readonly string[]): Dict | undefined {
  const fields = requested.isText ? undefined : requested.fields();
  const path = requested.isText ? requested : fields?.take('path');
  const paths = path?.isText ? [path.text() ?? ''] : path?.texts();
  const root = fields?.take('project_directory')?.text();
  const variables = fields?.take('env_file');
  fields?.finish();
  if (paths === undefined || paths.length === 0) return requested.fail('must be a path, or an object with path');
  const [first = ''] = paths.map((each) => pathFrom(requested.place, each));
  const folder = root === undefined ? dirname(first) : pathFrom(requested.place, root);
  const files = paths.map((each) => ({ path: pathFrom(requested.place, each), name: each, folder }));
  const again = files.find((file) => within.includes(file.path));
  if (again) return requested.fail(`is a circle: ${quoted(again.name)} includes itself`);
  if (within.length > deepestInclude) return requested.fail('includes too deep');
  reading.included.count += 1;
  if (reading.included.count > maxIncluded)
    return requested.fail(
      `includes too much: ${maxIncluded} files are read at most, those that are included again too`,
    );
  const named = variables?.isText ? [variables.text() ?? ''] : variables?.texts();
  const own = named?.map((each) => pathFrom(requested.place, each)) ?? dotEnv(folder, reading);
  // What was read with other variables is something else.
  const inner = own.length === 0 ? reading : { ...reading, variables: withFiles(own, reading), parsed: new Map() };
  return loadAll(files, inner, within);
}

/** `.env` of a folder, unless there is none: one that cannot be read is no reason to do without. */
function dotEnv(folder: string, { readText }: Pick<Reading, 'readText'>): readonly string[] {
  const path = join(folder, '.env');
  try {
    readText(path);
    return [path];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? [] : [path];
  }
}

/** What is included may say nothing else of what is there already; the same comes where two files include a third one. */
function joined(whole: Dict, included: Dict, requested: Value): Dict {
  let result = whole;
  for (const section of sections) {
    const more = included.entries.get(section);
    if (more?.kind !== 'dict') continue;
    const there = result.entries.get(section);
    const names = there?.kind === 'dict' ? there.entries : new Map<string, Tree>();
    const twice = [...more.entries].find(([name, value]) => isOther(names.get(name), value));
    if (twice) requested.fail(`has ${below(section, twice[0])}, which is there already`);
    const entries = new Map(result.entries).set(section, dict([...names, ...more.entries], more));
    result = dict(entries, result);
  }
  return result;
}

function isOther(there: Tree | undefined, more: Tree): boolean {
  if (there === undefined) return false;
  // Relative paths in them are others where they begin elsewhere.
  return there.place.folder !== more.place.folder || !isDeepStrictEqual(toPlain(there), toPlain(more));
}
