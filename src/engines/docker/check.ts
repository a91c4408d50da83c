import type { ContainerCheck } from '../../model/container.ts';
import { toBoundPorts } from './detail.ts';
import { ParseProblems } from './parse-problems.ts';
import { booleanOf, fieldsOf, integerOf } from './shape.ts';

const healths = ['starting', 'healthy', 'unhealthy'] as const;

/** Reads the current state from Docker's container inspect. Throws InvalidResponse if it lacks the running state. */
export function toContainerCheck(answer: unknown): ContainerCheck {
  const { State, RestartCount, NetworkSettings } = fieldsOf(answer, 'the answer');
  const { Running, Restarting, Status, StartedAt, ExitCode, OOMKilled, Health } = fieldsOf(State, 'State');
  const problems = new ParseProblems();
  // `none` without a HEALTHCHECK, or if it is disabled.
  const { Status: reported } = problems.read(() => fieldsOf(Health ?? {}, 'Health'), {});
  const health = healths.find((each) => each === reported);
  return {
    // Docker reports a restarting container as running too.
    isRunning: booleanOf(Running, 'Running') && Restarting !== true,
    isRestarting: Restarting === true,
    wasStarted: Status !== 'created',
    startedAt: problems.line(StartedAt ?? '', 'StartedAt'),
    exitCode: integerOf(ExitCode ?? 0, 'ExitCode', { min: -(2 ** 31) }),
    isOutOfMemory: OOMKilled === true,
    restarts: problems.read(() => integerOf(RestartCount ?? 0, 'RestartCount'), 0),
    ports: toBoundPorts(NetworkSettings, problems),
    ...(health && { health }),
  };
}
