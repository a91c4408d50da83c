import type { RuntimeOptions } from '../model/runtime-options.ts';
import { type Check, isAmount, isFlag, isObject, isText, listOf, mapOf } from './value-checks.ts';

const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);

const isMount: Check = (value) => {
  const { type, target, source = '' } = Object(value) as Record<string, unknown>;
  return isObject(value) && isText(type) && isText(target) && isText(source);
};

/** What fields of a label are read as; the engine has checked what they mean. */
export const runtimeChecks: { readonly [key in keyof Required<RuntimeOptions>]: Check } = {
  ...{ user: isText, working_dir: isText, tty: isFlag, stdin_open: isFlag, init: isFlag, privileged: isFlag },
  ...{ cap_add: listOf(isText), cap_drop: listOf(isText), security_opt: listOf(isText), read_only: isFlag },
  ...{ tmpfs: mapOf(isText), shm_size: isAmount, sysctls: mapOf(isText), dns: listOf(isText) },
  ...{ dns_search: listOf(isText), dns_options: listOf(isText), extra_hosts: listOf(isText) },
  ...{ pid_mode: isText, ipc_mode: isText, uts_mode: isText, userns_mode: isText, cgroup_parent: isText },
  ...{ runtime: isText, stop_signal: isText, stop_timeout: isNumber, log_driver: isText, log_options: mapOf(isText) },
  ...{ memory_swap: isNumber, memory_reservation: isAmount, pids_limit: isNumber, cpuset: isText },
  ...{ oom_kill_disable: isFlag, oom_score_adj: isNumber, group_add: listOf(isText) },
  ...{ device_cgroup_rules: listOf(isText), container_labels: mapOf(isText), expose: listOf(isText) },
  ...{ auto_remove: isFlag, docker: isObject, health_check: isObject, mounts: listOf(isMount) },
  ulimits: mapOf((value) => isNumber(value) || isObject(value)),
};
