import test from 'ava';
import { toContainerCheck } from '../../../src/engines/docker/check.ts';

const inspected = (State: object, RestartCount = 0) => ({ State, RestartCount, NetworkSettings: { Ports: null } });

test('a running container without a HEALTHCHECK', (t) => {
  const State = { Running: true, Restarting: false, ExitCode: 0, Health: { Status: 'none' } };
  t.deepEqual(toContainerCheck(inspected(State)), {
    ...{
      isRunning: true,
      isRestarting: false,
      wasStarted: true,
      isOutOfMemory: false,
      startedAt: '',
      exitCode: 0,
      restarts: 0,
      ports: [],
    },
  });
});

test('its health is the last result of the HEALTHCHECK', (t) => {
  for (const health of ['starting', 'healthy', 'unhealthy'] as const) {
    t.is(toContainerCheck(inspected({ Running: true, Health: { Status: health } })).health, health);
  }
});

test('its start time, and whether it ran out of memory', (t) => {
  const State = { Running: false, StartedAt: '2026-11-28T07:00:00.5Z', ExitCode: 137, OOMKilled: true };
  t.like(toContainerCheck(inspected(State)), { startedAt: State.StartedAt, exitCode: 137, isOutOfMemory: true });
});

test('a created container was never started', (t) => {
  t.like(toContainerCheck(inspected({ Status: 'created', Running: false })), { isRunning: false, wasStarted: false });
});

test('a restarting container is not running', (t) => {
  const reported = toContainerCheck(inspected({ Running: true, Restarting: true, ExitCode: 3 }, 2));
  t.like(reported, { isRunning: false, isRestarting: true, exitCode: 3, restarts: 2 });
});

test('its ports are the bound ones', (t) => {
  const Ports = { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '32768' }] };
  t.deepEqual(toContainerCheck({ State: { Running: true }, NetworkSettings: { Ports } }).ports, [
    { proto: 'tcp', host_ip: '0.0.0.0', port: 32_768, container_port: 80 },
  ]);
});
