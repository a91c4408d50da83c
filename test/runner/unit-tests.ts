import { type Check, inMemory } from './run-check.ts';
import { dealOut, unitTestFiles, writeTestGroups } from './test-groups.ts';

/** Twice as many as AVA runs at a time: each costs a second of CPU to load, and the last ones have to end together. */
const groupCount = 8;

/** It measures the memory and the CPU of its process: what others left there, or hold, would count. */
const alone = '.test/test/http/worst-bodies.test.js';

/** The unit tests, in groups of files that share a process. */
export const unitTests: Check = {
  name: 'unit and conformance tests',
  command: ['ava', '--config', 'ava.grouped.config.js'],
  commandForFiles: ['ava', '--config', 'ava.config.js'],
  writeGroups: () => writeTestGroups({ folder: '.test', groups: groups() }),
  // Hundreds of stores, each of which waits for its disk again and again, where nothing is tested that a disk is to keep.
  tmpDir: inMemory(),
};

function groups(): string[][] {
  const others = unitTestFiles('.test/test').filter((file) => file !== alone);
  return [[alone], ...dealOut(others, groupCount)];
}
