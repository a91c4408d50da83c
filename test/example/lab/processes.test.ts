import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'ava';
import {
  findProcesses,
  identify,
  isAlive,
  isGone,
  isStopped,
  parseStat,
  pidNamespaceOf,
  signal,
  waitUntil,
} from '../../../example/lab/processes.ts';

const stat = '42 (a (b) c) S 1 42 42 0 -1 4194560 193 0 0 0 0 0 0 0 20 0 1 0 8765 2990080 237 18446744073709551615';

test('the state and the start are found behind a name with spaces and parentheses', (t) => {
  t.deepEqual(parseStat(stat), { state: 'S', startTicks: 8765 });
});

test('a process is itself, and not another one with its pid', (t) => {
  const self = identify(process.pid);
  t.truthy(self);
  if (self === undefined) return;
  t.true(isAlive(self));
  t.false(isGone(self));
  t.true(isGone({ ...self, startTicks: self.startTicks + 1 }));
  t.false(isAlive({ ...self, startTicks: self.startTicks + 1 }));
});

test('a process that is gone has no identity, no namespace, and takes no harm from a signal', async (t) => {
  const child = spawn('true');
  await once(child, 'exit');
  const pid = child.pid ?? 0;
  t.is(identify(pid), undefined);
  t.is(pidNamespaceOf(pid), undefined);
  t.false(isStopped(pid));
  t.notThrows(() => signal(pid, 'SIGTERM'));
});

test('a process is found by its arguments, seen to stop, and seen to end', async (t) => {
  const mark = `satsuma-test-${process.pid}`;
  // Without pipes: what it leaves behind would keep them open.
  const child = spawn('sh', ['-c', 'sleep 60 & wait', mark], { stdio: 'ignore' });
  t.teardown(() => child.kill('SIGKILL'));
  const find = (): number[] => findProcesses((args) => args[3] === mark);
  t.true(await waitUntil(() => find().length === 1, 30_000));
  const [pid = 0] = find();
  const identity = identify(pid);
  t.is(child.pid, pid);
  t.is(pidNamespaceOf(pid), pidNamespaceOf(process.pid));

  signal(pid, 'SIGSTOP');
  t.true(await waitUntil(() => isStopped(pid), 30_000));
  signal(pid, 'SIGCONT');
  t.true(await waitUntil(() => !isStopped(pid), 30_000));

  signal(pid, 'SIGKILL');
  t.true(await waitUntil(() => identity !== undefined && !isAlive(identity) && isGone(identity), 30_000));
});

test('waiting ends at its deadline', async (t) => {
  t.false(await waitUntil(() => false, 30));
});
