import { type Check, inMemory } from './run-check.ts';
import { dealOut, unitTestFiles, writeTestGroups } from './test-groups.ts';

/** Each group costs a second of CPU to load; with more of them, all cores have work until the end. */
const groupCount = 16;

/** The unit tests, in groups of files that share a process. */
export const unitTests: Check = {
  name: 'unit and conformance tests',
  command: ['ava', '--config', 'ava.grouped.config.js'],
  commandForFiles: ['ava', '--config', 'ava.config.js'],
  writeGroups: () => writeTestGroups({ folder: '.test', groups: dealOut(unitTestFiles('.test/test'), groupCount) }),
  // Hundreds of stores, each of which waits for its disk again and again, where nothing is tested that a disk is to keep.
  tmpDir: inMemory(),
};
