import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import type { LoadedProject } from '../../compose/load-project.ts';
import { projectName } from '../../compose/project-name.ts';
import { clientVariable, clientVariables } from '../../config/client-host.ts';
import { SatsumaError } from '../../model/errors.ts';
import { repeated } from '../placement-options.ts';

export interface ProjectFlags {
  readonly file?: readonly string[];
  readonly projectName?: string;
  readonly projectDirectory?: string;
  readonly envFile?: readonly string[];
  readonly profile?: readonly string[];
}

/** Which files, and what they are called. `short`: a command may have another -f. */
export function withProject<C extends Command>(command: C, { short = true }: { readonly short?: boolean } = {}): C {
  return command
    .option(`${short ? '-f, ' : ''}--file <file>`, 'a Compose file; several are merged; - is standard input', repeated)
    .option('-p, --project-name <name>', 'the name of the project; that of the file or its folder unless set')
    .option('--project-directory <folder>', 'what relative paths begin at; the folder of the first file unless set')
    .option('--env-file <file>', 'variables for the files; .env unless set; may be repeated', repeated)
    .option('--profile <name>', 'services with this profile, too; * is all; may be repeated', repeated);
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
/** More than any file of a project. */
const mostBytes = 4 * 1024 * 1024;

/** Throws `invalid` with all that is wrong, or where there is no file. */
export async function openProject(flags: ProjectFlags): Promise<OpenProject> {
  const found = filesOf(flags);
  if (found.length === 0)
    throw new SatsumaError('invalid', `there is no ${names.join(', ')} here: name a file with -f`);
  return await load(found, flags);
}

/** The same; undefined where no file was named, none is here, and the project was. */
export async function openProjectIfAny(flags: ProjectFlags): Promise<OpenProject | undefined> {
  const { given, variable } = sources(flags);
  const found = filesOf(flags);
  return found.length === 0 && (given || variable) ? undefined : await openProject(flags);
}

/** Its name alone is enough for what there is already: the files are read only where they have it. */
export async function nameOfProject(flags: ProjectFlags): Promise<string> {
  const { given, variable } = sources(flags);
  return given || variable ? projectName({ given, variable, folder: '' }) : (await openProject(flags)).name;
}

async function load(paths: readonly string[], flags: ProjectFlags): Promise<OpenProject> {
  // Most commands read no such file: they do not wait for the reader of YAML.
  const { loadProject } = await import('../../compose/load-project.ts');
  const [first = '-'] = paths;
  const folder = resolve(flags.projectDirectory ?? (first === '-' ? '.' : dirname(first)));
  const files = paths.map((path) => ({
    path: path === '-' ? path : resolve(path),
    name: path === '-' ? 'standard input' : path,
    folder,
  }));
  const loaded = loadProject({
    files,
    variableFiles: flags.envFile,
    readBytes: readerOf(),
    variables: clientVariables(),
  });
  const wanted = flags.profile ?? (clientVariable('COMPOSE_PROFILES') ?? '').split(',').filter(Boolean);
  return { ...loaded, name: projectName({ ...sources(flags), model: loaded.model, folder }), profiles: wanted };
}

function sources({ projectName: given }: ProjectFlags) {
  return { given, variable: clientVariable('COMPOSE_PROJECT_NAME') };
}

function filesOf({ file = [] }: ProjectFlags): readonly string[] {
  const named = file.length > 0 ? file : (clientVariable('COMPOSE_FILE') ?? '').split(':').filter(Boolean);
  if (named.length > 0) return named;
  const one = names.find(isFile);
  const other = overrides.find(isFile);
  return one === undefined ? [] : [one, ...(other === undefined ? [] : [other])];
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** Standard input can be read once, and a file may be read twice. */
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
  // What a shell makes of <(command).
  if (found.isFIFO()) return readPipe(path);
  if (!found.isFile()) throw new Error(`${basename(path)} is no file`);
  if (found.size > mostBytes) throw new Error('it is larger than 4 MiB');
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
      if (size > mostBytes) throw new Error('it is larger than 4 MiB');
      chunks.push(chunk.subarray(0, count));
    }
  } finally {
    closeSync(file);
  }
}
