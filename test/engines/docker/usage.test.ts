import test from 'ava';
import { toUsageSample } from '../../../src/engines/docker/usage.ts';
import { cpuPercent } from '../../../src/model/container-usage.ts';

/** As Docker 20.10 answers on version 1 of the control groups, shortened. */
const version1 = {
  read: '2026-11-28T10:00:01.5Z',
  cpu_stats: {
    cpu_usage: { total_usage: 3_000_000_000, percpu_usage: [2_000_000_000, 1_000_000_000] },
    system_cpu_usage: 110_000_000_000,
    online_cpus: 2,
  },
  precpu_stats: { cpu_usage: { total_usage: 2_000_000_000 }, system_cpu_usage: 108_000_000_000, online_cpus: 2 },
  memory_stats: {
    usage: 30_000_000,
    stats: { total_inactive_file: 10_000_000, inactive_file: 9, cache: 12_000_000 },
    limit: 64_000_000,
  },
  blkio_stats: {
    io_service_bytes_recursive: [
      { major: 8, minor: 0, op: 'Read', value: 4096 },
      { major: 8, minor: 0, op: 'Write', value: 100 },
      { major: 8, minor: 16, op: 'Read', value: 1 },
      { major: 8, minor: 0, op: 'Total', value: 4196 },
    ],
  },
  pids_stats: { current: 3 },
  networks: { eth0: { rx_bytes: 10, tx_bytes: 20 }, eth1: { rx_bytes: 5, tx_bytes: 6 } },
};

/** The same on version 2, asked with `one-shot`. */
const version2 = {
  ...version1,
  precpu_stats: { cpu_usage: { total_usage: 0 } },
  memory_stats: { usage: 30_000_000, stats: { inactive_file: 10_000_000, file: 12_000_000 }, limit: 64_000_000 },
  blkio_stats: {
    io_service_bytes_recursive: [
      { major: 8, minor: 0, op: 'read', value: 4097 },
      { major: 8, minor: 0, op: 'write', value: 100 },
    ],
  },
};

const same = {
  at: '2026-11-28T10:00:01.500Z',
  cpu: { containerNs: 3_000_000_000, systemNs: 110_000_000_000 },
  cpus: 2,
  memoryBytes: 20_000_000,
  memoryLimitBytes: 64_000_000,
  ...{ receivedBytes: 15, sentBytes: 26, readBytes: 4097, writtenBytes: 100, pids: 3 },
};

test('cgroup v1 and v2 have the same result', (t) => {
  const { previousCpu, ...first } = toUsageSample(version1);
  t.deepEqual(first, same);
  t.deepEqual(previousCpu, { containerNs: 2_000_000_000, systemNs: 108_000_000_000 });
  t.deepEqual(toUsageSample(version2), same);
});

test('a fully used CPU is 100 percent, on an engine with two', (t) => {
  const { previousCpu = same.cpu, ...sample } = toUsageSample(version1);
  t.is(cpuPercent(previousCpu, sample), 100);
  t.is(cpuPercent(sample.cpu, sample), 0, 'nothing was counted in between');
  t.is(cpuPercent({ containerNs: 9e9, systemNs: 1e9 }, sample), 0, 'it was started again');
});

test('an engine without online_cpus lists its CPUs', (t) => {
  const { online_cpus: _, ...old } = version1.cpu_stats;
  t.is(toUsageSample({ ...version1, cpu_stats: old }).cpus, 2);
});

test('missing counters are 0', (t) => {
  const bare = {
    read: version1.read,
    cpu_stats: version1.cpu_stats,
    blkio_stats: { io_service_bytes_recursive: null },
  };
  t.like(toUsageSample(bare), {
    ...{ memoryBytes: 0, memoryLimitBytes: 0, receivedBytes: 0, readBytes: 0, writtenBytes: 0, pids: 0 },
  });
  const more = { usage: 5, stats: { inactive_file: 9 } };
  t.is(toUsageSample({ ...bare, memory_stats: more }).memoryBytes, 5, 'more than there is cannot be dropped');
});

test('a stopped container has no time', (t) => {
  const stopped = { read: '0001-01-01T00:00:00Z', cpu_stats: { cpu_usage: { total_usage: 0 } }, memory_stats: {} };
  t.is(toUsageSample(stopped).at, '');
});

for (const [what, answer] of [
  ['a list', []],
  ['networks that are a text', { ...version1, networks: 'none' }],
  ['rows that are none', { ...version1, blkio_stats: { io_service_bytes_recursive: [1] } }],
] as const) {
  test(`${what} is invalid`, (t) => {
    t.throws(() => toUsageSample(answer), { name: 'InvalidResponse' });
  });
}
