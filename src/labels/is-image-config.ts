import { type ImageConfig, protocols } from '../model/image-config.ts';
import type { RuntimeOptions } from '../model/runtime-options.ts';

/** Validates a field's value in a label. */
type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isAmount: Check = (value) => typeof value === 'number' && value >= 0;
const isFlag: Check = (value) => typeof value === 'boolean';
const isObject: Check = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

function listOf(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check);
}

function mapOf(check: Check): Check {
  return (value) => isObject(value) && Object.values(value as object).every(check);
}

const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);

const unless = (value: unknown, check: Check): boolean => value === undefined || check(value);

/** Whether each field of an object is valid or absent. */
const has = (value: unknown, fields: Readonly<Record<string, Check>>): boolean =>
  isObject(value) &&
  Object.entries(fields).every(([key, check]) => unless((value as Readonly<Record<string, unknown>>)[key], check));

const mountFields: Readonly<Record<string, Check>> = {
  ...{ source: isText, read_only: isFlag, consistency: isText, propagation: isText, bind_recursive: isText },
  ...{ bind_create_mountpoint: isFlag, nocopy: isFlag, volume_driver: isText, volume_opts: mapOf(isText) },
  ...{ volume_labels: mapOf(isText), subpath: isText, size: isAmount, tmpfs_mode: isText },
  tmpfs_options: listOf(isText),
};

const isMount: Check = (value) => {
  const { type, target } = Object(value) as Record<string, unknown>;
  return isText(type) && isText(target) && has(value, mountFields);
};

const gpuFields: Readonly<Record<string, Check>> = {
  ...{ driver: isText, device_ids: listOf(isText), capabilities: listOf(isText), options: mapOf(isText) },
};

/** Validates the parts that are merged by name; the engine checks the rest. */
const isDockerField: Check = (value) =>
  has(value, { HostConfig: (host) => has(host, { DeviceRequests: listOf(isObject) }) });

const isNetwork: Check = (value) => {
  const { name, aliases = [], ip = '', ip6 = '', ...more } = Object(value) as Record<string, unknown>;
  const { mac_address = '', link_local_ips = [], driver_opts = {}, links = [] } = more;
  if (!listOf(isText)(links)) return false;
  if (!isText(mac_address) || !listOf(isText)(link_local_ips) || !mapOf(isText)(driver_opts)) return false;
  return isText(value) || (isObject(value) && isText(name) && listOf(isText)(aliases) && isText(ip) && isText(ip6));
};

/** Validates the types of fields; the engine has validated their meaning. */
const runtimeChecks: { readonly [key in keyof Required<RuntimeOptions>]: Check } = {
  ...{ user: isText, working_dir: isText, tty: isFlag, stdin_open: isFlag, init: isFlag, privileged: isFlag },
  ...{ cap_add: listOf(isText), cap_drop: listOf(isText), security_opt: listOf(isText), read_only: isFlag },
  ...{ tmpfs: mapOf(isText), shm_size: isAmount, sysctls: mapOf(isText), dns: listOf(isText) },
  ...{ dns_search: listOf(isText), dns_options: listOf(isText), extra_hosts: listOf(isText) },
  ...{ pid_mode: isText, ipc_mode: isText, uts_mode: isText, userns_mode: isText, cgroup_parent: isText },
  ...{
    platform: isText,
    runtime: isText,
    stop_signal: isText,
    stop_timeout: isNumber,
    log_driver: isText,
    log_options: mapOf(isText),
  },
  ...{ memory_swap: isNumber, memory_reservation: isAmount, pids_limit: isNumber, cpuset: isText },
  ...{ oom_kill_disable: isFlag, oom_score_adj: isNumber, group_add: listOf(isText) },
  ...{ device_cgroup_rules: listOf(isText), container_labels: mapOf(isText), expose: listOf(isText) },
  ...{ auto_remove: isFlag, docker: isDockerField, health_check: isObject, mounts: listOf(isMount) },
  ulimits: mapOf((value) => isNumber(value) || isObject(value)),
};

const isPort: Check = (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 65_535;
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;

const isPortBinding: Check = (value) => {
  const { proto, host_ip, port, container_port } = Object(value) as Record<string, unknown>;
  return (
    protocols.some((each) => each === proto) &&
    unless(host_ip, isText) &&
    unless(port, isPort) &&
    isPort(container_port)
  );
};

const isSecret: Check = (value) => {
  const { name, version, target, env, mode, uid, gid, project } = Object(value) as Record<string, unknown>;
  const areTexts = isText(name) && [target, env, mode, project].every((each) => unless(each, isText));
  return isObject(value) && areTexts && [version, uid, gid].every((each) => unless(each, isCount));
};

const isRestartPolicy: Check = (value) => {
  const { name, maximum_retry } = Object(value) as Record<string, unknown>;
  return isObject(value) && unless(name, isText) && unless(maximum_retry, isAmount);
};

const checks: { readonly [key in keyof Required<ImageConfig>]: Check } = {
  name: isText,
  type: isText,
  cpus: isAmount,
  memory: isAmount,
  environment: mapOf(isText),
  hostname: isText,
  domain: isText,
  args: listOf(isText),
  entrypoint: listOf(isText),
  labels: listOf(isText),
  constraints: listOf(isText),
  spread: isText,
  resources: mapOf(isCount),
  devices: listOf(isText),
  gpus: (value) => value === 'all' || isCount(value) || listOf(isText)(value) || has(value, gpuFields),
  bind_ports: listOf(isPortBinding),
  user_data: mapOf(listOf(isText)),
  links: mapOf(isText),
  restart_policy: isRestartPolicy,
  publish: isFlag,
  network_mode: isText,
  policy: isText,
  project: isText,
  networks: listOf(isNetwork),
  container_name: isText,
  volumes: listOf(isText),
  secrets: listOf(isSecret),
  volumes_from: listOf(isText),
  strategy: isText,
  reschedule: isText,
  pull: isText,
  ...runtimeChecks,
};

const required: readonly (keyof ImageConfig)[] = ['name', 'type', 'restart_policy'];

/**
 * Whether a label contains an image config: anyone who may start a container on the engine may write labels, and lists
 * use this like a requested config. Fields of a later version are accepted.
 */
export function isImageConfig(value: unknown): value is ImageConfig {
  if (!isObject(value)) return false;
  const fields = value as Readonly<Record<string, unknown>>;
  return (
    required.every((key) => fields[key] !== undefined) &&
    Object.entries(checks).every(([key, check]) => unless(fields[key], check))
  );
}
