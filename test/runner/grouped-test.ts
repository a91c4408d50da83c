import type { ImplementationFn, Macro, TestFn } from 'ava';
import { groupTitle } from './group-titles.ts';

/** AVA's own module. */
export interface Ava {
  readonly default: TestFn;
  readonly registerCompletionHandler: (handler: () => void) => void;
}

/** The files of a group, by their names. */
export type GroupFiles = Readonly<Record<string, () => Promise<unknown>>>;

interface CollectedTest {
  readonly title: string;
  readonly run: ImplementationFn<unknown[]>;
  readonly args: readonly unknown[];
}

/** The tests of the file that is loaded just now. */
let collected: CollectedTest[] = [];

/**
 * What `import test from 'ava'` gives the files of a group: it only remembers their tests, because AVA starts as soon
 * as the first test is declared, and the files of a group are loaded one after the other.
 */
export function collectingTest(avaTest: TestFn): TestFn {
  const collect = (...args: unknown[]) => void collected.push(parse(args));
  const unsupported = Object.fromEntries(
    ['after', 'afterEach', 'before', 'beforeEach', 'failing', 'only', 'skip', 'todo'].map((name) => [
      name,
      () => {
        throw new Error(`test.${name} has no meaning where files share a process; t.teardown does what hooks do`);
      },
    ]),
  );
  const { macro, meta } = avaTest;
  return Object.assign(collect, { serial: collect, macro, meta, ...unsupported }) as unknown as TestFn;
}

/**
 * Loads the files of a group in this process, and hands their tests to AVA. They run one after the other: a test has
 * the process to itself, and its deadlines mean what they mean where its file runs alone. A test that makes no assertion
 * for `maximumQuietMs` has failed, and the next one starts.
 */
export async function runGroup(ava: Ava, files: GroupFiles, maximumQuietMs: number): Promise<void> {
  const tests: CollectedTest[] = [];
  for (const [name, load] of Object.entries(files)) {
    const ofFile = await testsOf(load);
    tests.push(...ofFile.map(({ title, ...test }) => ({ ...test, title: groupTitle(name, title) })));
  }
  let unended = 0;
  for (const { title, run, args } of tests) {
    ava.default.serial(title, async (t) => {
      t.timeout(maximumQuietMs);
      unended += 1;
      try {
        await run(t, ...args);
      } finally {
        unended -= 1;
      }
    });
  }
  // What a test that hangs has opened would keep the process alive; AVA would take that for a fault of the whole group.
  ava.registerCompletionHandler(() => {
    if (unended > 0) process.exit(0);
  });
}

/** A file that cannot be loaded, or has no tests, has one test, which fails. */
async function testsOf(load: () => Promise<unknown>): Promise<readonly CollectedTest[]> {
  collected = [];
  try {
    await load();
    return collected.length > 0 ? collected : [failing('has tests', new Error('no tests found'))];
  } catch (error) {
    return [failing('is loaded', error)];
  }
}

function failing(title: string, error: unknown): CollectedTest {
  const run = () => {
    throw error;
  };
  return { title, run, args: [] };
}

/** As AVA reads the arguments of `test()`. */
function parse(given: readonly unknown[]): CollectedTest {
  const [first, ...others] = given;
  const [rawTitle, [implementation, ...args]] = typeof first === 'string' ? [first, others] : [undefined, given];
  if (isMacro(implementation)) {
    return { title: implementation.title?.(rawTitle, ...args) ?? rawTitle ?? '', run: implementation.exec, args };
  }
  return { title: rawTitle ?? '', run: implementation as ImplementationFn<unknown[]>, args };
}

function isMacro(implementation: unknown): implementation is Macro<unknown[]> {
  return typeof implementation === 'object' && implementation !== null && 'exec' in implementation;
}
