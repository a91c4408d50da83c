import test from 'ava';
import { toDiskUsage } from '../../../src/engines/docker/disk-usage.ts';

const nothing = { bytes: 0, unusedBytes: 0 };

test('layers are counted once, and unused images are reclaimable', (t) => {
  const answer = {
    LayersSize: 1000,
    Images: [
      { Size: 600, SharedSize: 200, Containers: 2 },
      { Size: 500, SharedSize: 200, Containers: 0 },
    ],
    Containers: [{ SizeRw: 30, State: 'running' }, { SizeRw: 20, State: 'exited' }, { State: 'created' }],
    Volumes: [
      { UsageData: { Size: 70, RefCount: 1 } },
      { UsageData: { Size: 40, RefCount: 0 } },
      { UsageData: { Size: -1, RefCount: 0 } },
      { UsageData: null },
    ],
    BuildCache: [
      { Size: 10, InUse: false, Shared: false },
      { Size: 11, InUse: true, Shared: false },
      { Size: 12, InUse: false, Shared: true },
    ],
  };
  t.deepEqual(toDiskUsage(answer), {
    images: { bytes: 1000, unusedBytes: 600 },
    containers: { bytes: 50, unusedBytes: 20 },
    volumes: { bytes: 110, unusedBytes: 40 },
    buildCache: { bytes: 21, unusedBytes: 10 },
  });
});

test('an engine without data, and one without sizes', (t) => {
  const empty = { images: nothing, containers: nothing, volumes: nothing, buildCache: nothing };
  t.deepEqual(toDiskUsage({}), empty);
  t.deepEqual(
    toDiskUsage({ LayersSize: -1, Images: [{ Size: -1, SharedSize: -1, Containers: -1 }], Containers: null }),
    empty,
  );
  t.deepEqual(toDiskUsage({ LayersSize: 5, Images: [{ Size: 5, SharedSize: 0, Containers: 1 }] }).images, {
    ...{ bytes: 5, unusedBytes: 0 },
  });
});

test('an invalid answer is rejected', (t) => {
  for (const answer of [null, [], { Images: 'x' }, { Volumes: [5] }]) t.throws(() => toDiskUsage(answer));
});
