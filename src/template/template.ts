import type { Problems } from '../application/problems.ts';
import { quoted } from '../application/problems.ts';
import type { Dict, Tree } from '../application/tree.ts';
import { Value } from '../application/value.ts';

/** A template as it is written: services by their names, and what is said of all of them. */
export interface Template {
  readonly services: readonly WrittenService[];
  /** By their names, which begin with a capital. */
  readonly globals: ReadonlyMap<string, Value>;
}

export interface WrittenService {
  /** The last part of the path of its key: `redis` of `mycompany/redis:7`. */
  readonly name: string;
  /** The image, unless it names another one. */
  readonly key: string;
  readonly definition: Value;
}

export const formatName = 'a template';

const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/;

/** A template is an object: of a file that is empty there is nothing. */
export function readTemplate(tree: Tree, problems: Problems): Template {
  if (tree.kind !== 'dict') {
    problems.add(tree.place, '', 'has no services');
    return { services: [], globals: new Map() };
  }
  const entries = [...tree.entries].map(([key, each]) => [key, new Value(each, pathOf(key), problems)] as const);
  const globals = new Map(entries.filter(([key]) => isGlobal(key)));
  const services = servicesIn(
    entries.filter(([key]) => !isGlobal(key)),
    problems,
  );
  if (services.length === 0 && globals.size === 0) problems.add(tree.place, '', 'has no services');
  return { services, globals };
}

/** The same of what a client has told apart already. */
export function writtenServices(services: Dict, problems: Problems): readonly WrittenService[] {
  return servicesIn(
    [...services.entries].map(([key, each]) => [key, new Value(each, pathOf(key), problems)] as const),
    problems,
  );
}

function servicesIn(entries: readonly (readonly [string, Value])[], problems: Problems): WrittenService[] {
  const seen = new Map<string, string>();
  return entries.flatMap(([key, definition]) => {
    const name = nameOf(key);
    if (!namePattern.test(name)) {
      return (
        definition.fail(
          `has the name ${quoted(name)}: it must begin with a letter or a digit, and have at most 63 letters, digits, ".", "_" and "-"`,
        ) ?? []
      );
    }
    const other = seen.get(name);
    if (other !== undefined) {
      problems.add(
        definition.place,
        definition.path,
        `has the name ${name}, as ${quoted(other)} has: give one another key, and name its image in "image"`,
      );
      return [];
    }
    seen.set(name, key);
    return [{ key, name, definition }];
  });
}

export function nameOf(key: string): string {
  const last = key.slice(key.lastIndexOf('/') + 1);
  return last.replace(/[:@].*$/, '');
}

/** Keys with a slash are no names of a section, whatever they begin with. */
export function isGlobal(key: string): boolean {
  return /^[A-Z]/.test(key) && !key.includes('/');
}

function pathOf(key: string): string {
  return /^[a-zA-Z0-9_./:@-]+$/.test(key) ? key : JSON.stringify(key);
}
