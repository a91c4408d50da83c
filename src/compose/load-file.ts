import { dirname } from 'node:path';
import { quoted } from '../application/problems.ts';
import { readYaml } from '../application/read-yaml.ts';
import { below, type Dict, mapEntries, type Place, pathFrom, type Tree } from '../application/tree.ts';
import { interpolateTree } from './interpolate.ts';
import { merge } from './merge.ts';
import { normalFile } from './normal-form.ts';
import type { File, Reading } from './reading.ts';

/** A file with its variables filled in, in one form, and with what its services extend. Undefined: it cannot be read. */
export function loadFile(file: File, reading: Reading, from?: Place): Dict | undefined {
  const raw = readFile(file, reading, from);
  return raw && withExtended(raw, file, reading);
}

/** Each file is read once, however many services extend those in it. */
export function readFile(file: File, reading: Reading, from?: Place): Dict | undefined {
  const { path, name, folder } = file;
  const key = JSON.stringify([path, name, folder]);
  if (!reading.parsed.has(key)) reading.parsed.set(key, readAnew(file, reading, from));
  return reading.parsed.get(key);
}

function readAnew(
  { path, name, folder }: File,
  { readText, variables, problems }: Reading,
  from?: Place,
): Dict | undefined {
  const place = from ?? { file: name, folder, line: 1 };
  const text = attempt(
    () => readText(path),
    (why) => problems.add(place, '', `cannot read ${quoted(path)}: ${why}`),
  );
  if (text === undefined) return undefined;
  const tree = readYaml({ file: name, folder, text, variables: () => variables }, problems);
  if (tree === undefined) return undefined;
  if (tree.kind !== 'dict') {
    problems.add(tree.place, '', 'must be an object with keys such as services');
    return undefined;
  }
  return normalFile(interpolateTree(tree, variables, problems) as Dict);
}

function attempt<T>(work: () => T, onError: (why: string) => void): T | undefined {
  try {
    return work();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    onError(code ?? message);
    return undefined;
  }
}

function withExtended(file: Dict, at: File, reading: Reading): Dict {
  return mapEntries(file, (value, key) => {
    if (key !== 'services' || value.kind !== 'dict') return value;
    return mapEntries(value, (_, name) => extended({ file, at, name }, reading, []));
  });
}

interface Origin {
  readonly file: Dict;
  readonly at: File;
  readonly name: string;
}

const deepestExtends = 64;

function extended({ file, at, name }: Origin, reading: Reading, seen: readonly string[]): Tree | undefined {
  const { problems } = reading;
  const services = file.entries.get('services');
  const service = services?.kind === 'dict' ? services.entries.get(name) : undefined;
  const requested = service?.kind === 'dict' ? service.entries.get('extends') : undefined;
  if (service?.kind !== 'dict' || requested === undefined) return service;
  const path = below(below('services', name), 'extends');
  const id = `${at.path} ${name}`;
  const own = mapEntries(service, (value, key) => (key === 'extends' ? undefined : value));
  if (seen.includes(id)) {
    const circle = [...seen.slice(seen.indexOf(id)), id].map((each) => each.slice(each.lastIndexOf(' ') + 1));
    problems.add(requested.place, path, `is a circle: ${circle.join(' extends ')}`);
    return own;
  }
  if (seen.length >= deepestExtends) {
    problems.add(requested.place, path, `extends too deep: at most ${deepestExtends} services, one the other`);
    return own;
  }
  const target = targetOf(requested);
  if (target === undefined) {
    problems.add(requested.place, path, 'must be the name of a service, or an object with service and file');
    return own;
  }
  const other = originOf(target, { file, at }, reading, requested.place);
  if (other === undefined) return own;
  const base = extended({ ...other, name: target.service }, reading, [...seen, id]);
  if (base === undefined) {
    const where = target.file === undefined ? '' : ` in ${target.file}`;
    problems.add(requested.place, path, `there is no service ${quoted(target.service)}${where}`);
    return own;
  }
  return merge(base, own, ['services', name], { keepsTags: true });
}

function originOf(
  target: { readonly file?: string | undefined },
  here: Pick<Origin, 'file' | 'at'>,
  reading: Reading,
  place: Place,
): Pick<Origin, 'file' | 'at'> | undefined {
  if (target.file === undefined) return here;
  const path = pathFrom(place, target.file);
  const at = { path, name: target.file, folder: dirname(path) };
  const file = readFile(at, reading, place);
  return file && { file, at };
}

function targetOf(requested: Tree): { readonly service: string; readonly file?: string | undefined } | undefined {
  if (requested.kind === 'scalar')
    return typeof requested.value === 'string' ? { service: requested.value } : undefined;
  if (requested.kind === 'list') return undefined;
  const textAt = (key: string) => {
    const value = requested.entries.get(key);
    return value?.kind === 'scalar' && typeof value.value === 'string' ? value.value : undefined;
  };
  const service = textAt('service');
  const isPlain = [...requested.entries.keys()].every((key) => key === 'service' || key === 'file');
  const file = textAt('file');
  if (service === undefined || !isPlain || (requested.entries.has('file') && file === undefined)) return undefined;
  return { service, file };
}
