import type { ContainerCheck } from '../model/container.ts';
import { toBoundPorts } from './docker-detail.ts';
import { fieldsOf, integerOf } from './docker-shape.ts';

const healths = ['starting', 'healthy', 'unhealthy'] as const;

/** What Docker's container inspect tells of how it is doing. Throws Nonsense. */
export function toContainerCheck(answer: unknown): ContainerCheck {
  const { State, RestartCount, NetworkSettings } = fieldsOf(answer, 'the answer');
  const { Running, Restarting, Status, ExitCode, Health } = fieldsOf(State, 'State');
  // `none` where the image has no HEALTHCHECK, or it is switched off.
  const health = healths.find((each) => each === fieldsOf(Health ?? {}, 'Health').Status);
  return {
    // Docker calls one that waits to be started again running too.
    isRunning: Running === true && Restarting !== true,
    wasStarted: Status !== 'created',
    exitCode: integerOf(ExitCode ?? 0, 'ExitCode', { least: -(2 ** 31) }),
    restarts: integerOf(RestartCount ?? 0, 'RestartCount'),
    ports: toBoundPorts(NetworkSettings),
    ...(health && { health }),
  };
}
