import { type Check, inMemory } from './run-check.ts';
import { startsServer } from './starts-server.ts';
import { dealOut, unitTestFiles, writeTestGroups } from './test-groups.ts';

/** It measures the memory and the CPU of its process: what others left there, or hold, would count. */
const alone = '.test/test/http/worst-bodies.test.js';

/** Their time is that of deadlines, which pass while others work. They load the same modules, so their groups cost little. */
const waiting = /\/test\/engines\/docker\//;

/** Tests that start no server and no store. */
export const unitTests: Check = {
  ...inGroups({ ofServers: false, groupCount: 4, waitingCount: 3 }),
  name: 'unit tests',
};

/** Tests of servers and stores, with simulated engines. */
export const serverTests: Check = {
  ...inGroups({ ofServers: true, groupCount: 8, waitingCount: 0 }),
  name: 'tests of servers and stores',
};

interface GroupCounts {
  readonly ofServers: boolean;
  readonly groupCount: number;
  /** Groups of the files that wait, beside the others. */
  readonly waitingCount: number;
}

/**
 * Files share a process in each of the groups, all of which run at once: each costs a second of CPU to load, and waits for half of its time and
 * more.
 */
function inGroups({ ofServers, groupCount, waitingCount }: GroupCounts) {
  const concurrency = groupCount + waitingCount;
  const groups = () => {
    const isOfServers = startsServer();
    const files = unitTestFiles('.test/test').filter((file) => isOfServers(file) === ofServers);
    const isWaiting = (file: string) => waitingCount > 0 && waiting.test(file);
    const others = files.filter((file) => file !== alone && !isWaiting(file));
    const dealt = [...dealOut(files.filter(isWaiting), waitingCount), ...dealOut(others, groupCount)];
    return files.includes(alone) ? [[alone], ...dealt] : dealt;
  };
  return {
    command: ['ava', '--config', 'ava.grouped.config.js', '--concurrency', String(concurrency)],
    commandForFiles: ['ava', '--config', 'ava.config.js'],
    writeGroups: () => writeTestGroups({ folder: '.test', groups: groups() }),
    // Hundreds of stores, each of which waits for its disk again and again, where nothing is tested that a disk is to keep.
    tmpDir: inMemory(),
  } as const satisfies Omit<Check, 'name'>;
}
