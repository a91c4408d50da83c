import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileNameOf } from './group-titles.ts';

/** The files of each group, by the file that AVA runs for it. All of them from the root of the project. */
export type TestGroups = Readonly<Record<string, readonly string[]>>;

export interface GroupOptions {
  /** Where the compiled tests are, from the root of the project. */
  readonly folder: string;
  /** The files of each group, in that folder. */
  readonly groups: readonly (readonly string[])[];
  /** What grouped-test.ts was compiled to. */
  readonly runner?: string;
  /** A test that makes no assertion for so long has failed. AVA's own timeout has to be longer, or it is ignored. */
  readonly maximumQuietMs?: number;
  readonly root?: string;
}

/**
 * Writes a file of tests for each group, which loads the files of the group in one process. Most of what a process of
 * its own costs is loading what nearly all files need.
 */
export function writeTestGroups(options: GroupOptions): TestGroups {
  const { folder, groups, maximumQuietMs = 120_000, root = process.cwd() } = options;
  const runner = resolve(root, options.runner ?? join(folder, 'test/runner/grouped-test.js'));
  writeAvaPackage(resolve(root, folder, 'node_modules/ava'), runner);
  const groupFolder = resolve(root, folder, 'groups');
  rmSync(groupFolder, { recursive: true, force: true });
  mkdirSync(groupFolder, { recursive: true });
  const written = groups.map((files, index) => {
    const path = join(groupFolder, `group-${String(index + 1).padStart(2, '0')}.test.js`);
    const loaders = files.map((file) => {
      const specifier = relative(groupFolder, resolve(root, file));
      return `  ${JSON.stringify(fileNameOf(file))}: () => import(${JSON.stringify(specifier)}),`;
    });
    const head = [
      `import * as ava from ${JSON.stringify(avaFile)};`,
      `import { runGroup } from ${JSON.stringify(runner)};`,
    ];
    writeFileSync(path, [...head, 'await runGroup(ava, {', ...loaders, `}, ${maximumQuietMs});`, ''].join('\n'));
    return [relative(root, path), files] as const;
  });
  return Object.fromEntries(written);
}

/** Deals the files out in turn: neighbours, which cost about the same, are in different groups. */
export function dealOut(files: readonly string[], count: number): string[][] {
  const groups = Array.from({ length: Math.min(count, files.length) }, (): string[] => []);
  for (const [index, file] of files.entries()) groups[index % count]?.push(file);
  return groups;
}

/** The compiled files of unit tests, in the order of their paths. */
export function unitTestFiles(folder: string): string[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path));
  const isElsewhere = /\/test\/(?:integration|docker-image|ca-rotation)\//;
  return paths.filter((path) => path.endsWith('.test.js') && !isElsewhere.test(path)).sort();
}

const avaFile = resolve('node_modules/ava/entrypoints/main.mjs');

/**
 * What `ava` is for the compiled tests, as the nearest `node_modules` comes first: AVA's own where a file has its
 * process to itself, and what collects the tests where it is in a group.
 */
function writeAvaPackage(folder: string, runner: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"name":"ava","type":"module","exports":"./main.js"}\n');
  const lines = [
    `import avaTest from ${JSON.stringify(avaFile)};`,
    `import { collectingTest } from ${JSON.stringify(runner)};`,
    "const isInGroup = avaTest.meta.file.includes('/groups/group-');",
    'export default isInGroup ? collectingTest(avaTest) : avaTest;',
    `export { registerCompletionHandler } from ${JSON.stringify(avaFile)};`,
  ];
  writeFileSync(join(folder, 'main.js'), `${lines.join('\n')}\n`);
}
