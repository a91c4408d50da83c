import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Each is the start of a server, or of a store. */
const starts = /\/src\/(?:http\/server|store\/embedded\/embedded-store|store\/redis\/redis-store)\.js$/;
const imported = /(?:\bfrom|\bimport\(?)\s*["'](\.[^"']+)["']/g;

/** Says of compiled files whether a test in them can start a server or a store: whether one is imported, over any number of files. */
export function startsServer(): (file: string) => boolean {
  const known = new Map<string, readonly string[]>();
  const importsOf = (file: string) => {
    const found = known.get(file) ?? read(file);
    known.set(file, found);
    return found;
  };
  return (file) => {
    const seen = new Set([resolve(file)]);
    // The set grows while it is read.
    for (const each of seen) {
      if (starts.test(each)) return true;
      for (const target of importsOf(each)) seen.add(target);
    }
    return false;
  };
}

function read(file: string): string[] {
  if (!existsSync(file)) return [];
  // The compiler writes `.js` for most imports, and leaves those that are a text.
  return [...readFileSync(file, 'utf8').matchAll(imported)].map(([, path = '']) =>
    resolve(dirname(file), path.replace(/\.ts$/, '.js')),
  );
}
