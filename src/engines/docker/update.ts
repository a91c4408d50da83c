import type Docker from 'dockerode';
import type { ContainerUpdate } from '../../model/container.ts';
import { toRuntimeHostConfig } from './runtime-spec.ts';
import { toHostConfig } from './spec.ts';

/** The body of Docker's container update: its fields are those of a create. */
export function toDockerUpdate(update: ContainerUpdate, maximumCpus: number): Docker.HostConfig {
  const { memory_swap, pids_limit, ...rest } = update;
  const limits = toRuntimeHostConfig({
    ...(memory_swap === undefined ? {} : { memory_swap }),
    ...(pids_limit === undefined ? {} : { pids_limit }),
  });
  return { ...toHostConfig({ name: '', type: '', restart_policy: {}, ...rest }, maximumCpus), ...limits };
}
