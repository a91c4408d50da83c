import test from 'ava';
import { buildFleet } from '../../../bench/place/fleet.ts';
import { loadStateCache } from '../../../bench/place/load-state-cache.ts';

const size = { engines: 50, containers: 400 };

test('a fleet has as many engines and containers as asked for, and is the same each time', (t) => {
  const fleet = buildFleet(size);
  t.is(fleet.engines.length, 50);
  t.is(fleet.reservations.length, 400);
  t.deepEqual(buildFleet(size), fleet);
});

test('no engine promises more than it has, nor a port twice', (t) => {
  const snapshots = loadStateCache(buildFleet(size)).snapshots();
  t.is(snapshots.length, 50);
  for (const { sums, cpuMilli, memoryMiB, usedCpuMilli, usedMemoryMiB } of snapshots) {
    t.true(usedCpuMilli <= cpuMilli && usedMemoryMiB <= memoryMiB);
    for (const [key, sum] of sums) if (key.startsWith('port/')) t.is(sum, 65_536);
  }
});

test('the state cache has every container and the images that they run', (t) => {
  const snapshots = loadStateCache(buildFleet(size)).snapshots();
  t.is(
    snapshots.reduce((sum, { holders }) => sum + holders.length, 0),
    400,
  );
  for (const { sums, images } of snapshots) {
    const run = [...sums.keys()].filter((key) => key.startsWith('image/')).map((key) => key.slice('image/'.length));
    t.deepEqual([...images].sort(), run.sort());
  }
});
