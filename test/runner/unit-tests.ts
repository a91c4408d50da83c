import { type Check, inMemory } from './run-check.ts';
import { dealOut, unitTestFiles, writeTestGroups } from './test-groups.ts';

/** Twice as many as AVA runs at a time: each costs a second of CPU to load, and the last ones have to end together. */
const groupCount = 8;

/** The unit tests, in groups of files that share a process. */
export const unitTests: Check = {
  name: 'unit and conformance tests',
  command: ['ava', '--config', 'ava.grouped.config.js'],
  commandForFiles: ['ava', '--config', 'ava.config.js'],
  writeGroups: () => writeTestGroups({ folder: '.test', groups: dealOut(unitTestFiles('.test/test'), groupCount) }),
  // Hundreds of stores, each of which waits for its disk again and again, where nothing is tested that a disk is to keep.
  tmpDir: inMemory(),
};
