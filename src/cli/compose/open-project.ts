import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import type { LoadedProject } from '../../compose/load-project.ts';
import { projectName } from '../../compose/project-name.ts';
import { clientVariables } from '../../config/client-host.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { repeated } from '../../run-options/placement-options.ts';

export interface ProjectFlags {
  readonly file?: readonly string[];
  readonly projectName?: string;
  readonly projectDirectory?: string;
  readonly envFile?: readonly string[];
  readonly profile?: readonly string[];
}

/** The options for the files and the project name. `short`: false if the command has another -f. */
export function withProject<C extends Command>(command: C, { short = true }: { readonly short?: boolean } = {}): C {
  return command
    .option(`${short ? '-f, ' : ''}--file <file>`, 'a Compose file; several are merged; - is standard input', repeated)
    .option('-p, --project-name <name>', 'the name of the project; default: from the file or its folder')
    .option('--project-directory <folder>', 'base of relative paths; default: the folder of the first file')
    .option('--env-file <file>', 'variables for the files; default: .env; may be repeated', repeated)
    .option('--profile <name>', 'include services with this profile; * is all; may be repeated', repeated);
}

export interface OpenProject extends LoadedProject {
  readonly name: string;
  readonly profiles: readonly string[];
}

const names = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];
const overrides = [
  'compose.override.yaml',
  'compose.override.yml',
  'docker-compose.override.yaml',
  'docker-compose.override.yml',
];
/** Larger than any file of a project. */
const maxBytes = 4 * 1024 * 1024;

/** Throws `invalid` with all problems, or if there is no file. */
export async function openProject(flags: ProjectFlags): Promise<OpenProject> {
  return await open(await settingsOf(flags), flags);
}

async function open(settings: Settings, flags: ProjectFlags): Promise<OpenProject> {
  if (settings.files.length === 0)
    throw new SatsumaError('invalid', `there is no ${names.join(', ')} here: name a file with -f`);
  return await load(settings, flags);
}

interface FoundProject {
  readonly name: string;
  /** Absent: there is no file, or none that can be read. */
  readonly opened?: OpenProject | undefined;
  /** Why the existing file cannot be read. */
  readonly problem?: string | undefined;
}

/**
 * An existing project: its name is sufficient, and files add details. Throws `invalid` if the name has to come from an
 * invalid file.
 */
export async function findProject(flags: ProjectFlags): Promise<FoundProject> {
  const settings = await settingsOf(flags);
  const name = nameWithout(settings);
  if (name === undefined) {
    const opened = await open(settings, flags);
    return { name: opened.name, opened };
  }
  if (settings.files.length === 0) return { name };
  try {
    return { name, opened: await load(settings, flags) };
  } catch (error) {
    if (!isSatsumaError(error, 'invalid')) throw error;
    return { name, problem: error.message };
  }
}

/** Reads the files only if the name is not given otherwise. */
export async function nameOfProject(flags: ProjectFlags): Promise<string> {
  const settings = await settingsOf(flags);
  return nameWithout(settings) ?? (await open(settings, flags)).name;
}

interface Settings {
  readonly files: readonly string[];
  readonly folder: string;
  readonly given: string | undefined;
  readonly variable: string | undefined;
  readonly profiles: readonly string[];
  /** The content of files that were read: a pipe can be read only once. */
  readonly readBytes: (path: string) => Buffer;
}

/** Settings from options, the shell and the variables file, in this order of precedence. */
async function settingsOf(flags: ProjectFlags): Promise<Settings> {
  const [{ Problems }, { variablesOf }] = await Promise.all([
    import('../../application/problems.ts'),
    import('../../compose/load-project.ts'),
  ]);
  const { file = [] } = flags;
  const near = folderOf(flags, file);
  const readBytes = readerOf();
  // Problems of the variables file are reported when the project's files are read.
  const reader = {
    readText: (path: string) => readBytes(path).toString(),
    ...{ variables: clientVariables(), problems: new Problems() },
  };
  const variables = variablesOf(near, flags.envFile, reader);
  const variableOf = (name: string) => (Object.hasOwn(variables, name) ? variables[name] : undefined);
  const files = file.length > 0 ? file : filesNamed(variableOf('COMPOSE_FILE'));
  return {
    ...{
      files,
      folder: folderOf(flags, files),
      given: flags.projectName,
      variable: variableOf('COMPOSE_PROJECT_NAME'),
      readBytes,
    },
    profiles: flags.profile ?? (variableOf('COMPOSE_PROFILES') ?? '').split(',').filter(Boolean),
  };
}

function folderOf({ projectDirectory }: ProjectFlags, [first = '-']: readonly string[]): string {
  return resolve(projectDirectory ?? (first === '-' ? '.' : dirname(first)));
}

function filesNamed(variable = ''): readonly string[] {
  const named = variable.split(':').filter(Boolean);
  if (named.length > 0) return named;
  const one = names.find(isFile);
  const other = overrides.find(isFile);
  return one === undefined ? [] : [one, ...(other === undefined ? [] : [other])];
}

function nameWithout({ given, variable }: Pick<Settings, 'given' | 'variable'>): string | undefined {
  return given || variable ? projectName({ given, variable, folder: '' }) : undefined;
}

async function load({ files: paths, folder, given, variable, profiles, readBytes }: Settings, flags: ProjectFlags) {
  // Loaded on demand: the YAML reader is large.
  const { loadProject } = await import('../../compose/load-project.ts');
  const files = paths.map((path) => ({
    path: path === '-' ? path : resolve(path),
    name: path === '-' ? 'standard input' : path,
    folder,
  }));
  const nameFrom = (inFile: () => string | undefined) =>
    nameWithout({ given, variable }) ?? projectName({ given, variable, inFile: inFile(), folder });
  const loaded = loadProject({
    files,
    variableFiles: flags.envFile,
    readBytes,
    variables: clientVariables(),
    nameFrom,
  });
  return { ...loaded, name: loaded.name ?? nameFrom(() => undefined), profiles };
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** Caches file contents: standard input can be read only once. */
function readerOf(): (path: string) => Buffer {
  const known = new Map<string, Buffer>();
  return (path) => {
    const seen = known.get(path);
    if (seen) return seen;
    const bytes = path === '-' ? readFileSync(0) : readPlain(path);
    known.set(path, bytes);
    return bytes;
  };
}

function readPlain(path: string): Buffer {
  const found = statSync(path);
  // For example <(command) in a shell.
  if (found.isFIFO()) return readPipe(path);
  if (!found.isFile()) throw new Error(`${basename(path)} is no file`);
  if (found.size > maxBytes) throw new Error('it is larger than 4 MiB');
  return readFileSync(path);
}

function readPipe(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const chunks: Buffer[] = [];
    for (let size = 0; ; ) {
      const chunk = Buffer.alloc(65_536);
      const count = readSync(file, chunk);
      if (count === 0) return Buffer.concat(chunks);
      size += count;
      if (size > maxBytes) throw new Error('it is larger than 4 MiB');
      chunks.push(chunk.subarray(0, count));
    }
  } finally {
    closeSync(file);
  }
}
