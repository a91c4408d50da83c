import type Docker from 'dockerode';
import type { DockerHealthCheck, RuntimeOptions } from '../../model/runtime-options.ts';
import { toMount } from './mounts.ts';
import { optionalField } from './optional-field.ts';

const bytesPerMb = 2 ** 20;
const nanosecondsPerSecond = 1e9;

/** The options outside of `HostConfig`. */
export function toRuntimeConfig(options: RuntimeOptions): Partial<Docker.ContainerCreateOptions> {
  return {
    ...optionalField('User', options.user),
    ...optionalField('WorkingDir', options.working_dir),
    ...optionalField('Tty', options.tty),
    ...optionalField('OpenStdin', options.stdin_open),
    ...optionalField('StopSignal', options.stop_signal),
    ...optionalField('StopTimeout', options.stop_timeout),
    ...optionalField('Healthcheck', options.health_check && toHealthConfig(options.health_check)),
  };
}

export function toRuntimeHostConfig(options: RuntimeOptions): Docker.HostConfig {
  return {
    ...optionalField('Init', options.init),
    ...optionalField('Privileged', options.privileged),
    ...optionalField('CapAdd', list(options.cap_add)),
    ...optionalField('CapDrop', list(options.cap_drop)),
    ...optionalField('SecurityOpt', list(options.security_opt)),
    ...optionalField('ReadonlyRootfs', options.read_only),
    ...optionalField('Tmpfs', options.tmpfs && { ...options.tmpfs }),
    ...optionalField('ShmSize', bytes(options.shm_size)),
    ...optionalField('Ulimits', options.ulimits && Object.entries(options.ulimits).map(toUlimit)),
    ...optionalField('Sysctls', options.sysctls && { ...options.sysctls }),
    ...optionalField('Dns', list(options.dns)),
    ...optionalField('DnsSearch', list(options.dns_search)),
    ...optionalField('DnsOptions', list(options.dns_options)),
    ...optionalField('ExtraHosts', list(options.extra_hosts)),
    ...optionalField('Mounts', options.mounts?.map(toMount)),
    ...optionalField('PidMode', options.pid_mode),
    ...optionalField('IpcMode', options.ipc_mode),
    ...optionalField('UTSMode', options.uts_mode),
    ...optionalField('UsernsMode', options.userns_mode),
    ...optionalField('CgroupParent', options.cgroup_parent),
    ...optionalField('Runtime', options.runtime),
    ...optionalField('LogConfig', toLogConfig(options)),
    ...optionalField('MemorySwap', bytes(options.memory_swap)),
    ...optionalField('MemoryReservation', bytes(options.memory_reservation)),
    ...optionalField('PidsLimit', options.pids_limit),
    ...optionalField('CpusetCpus', options.cpuset),
    ...optionalField('OomKillDisable', options.oom_kill_disable),
    ...optionalField('OomScoreAdj', options.oom_score_adj),
    ...optionalField('GroupAdd', list(options.group_add)),
    ...optionalField('DeviceCgroupRules', list(options.device_cgroup_rules)),
    ...optionalField('AutoRemove', options.auto_remove),
  };
}

/** -1 means no limit, as in Docker. */
function bytes(megabytes: number | undefined): number | undefined {
  return megabytes === undefined || megabytes < 0 ? megabytes : megabytes * bytesPerMb;
}

function list(values: readonly string[] | undefined): string[] | undefined {
  return values && [...values];
}

function toUlimit([name, limit]: [string, number | { soft: number; hard: number }]): Docker.Ulimit {
  const { soft, hard } = typeof limit === 'number' ? { soft: limit, hard: limit } : limit;
  return { Name: name, Soft: soft, Hard: hard } as Docker.Ulimit;
}

function toHealthConfig({ test, ...health }: DockerHealthCheck): Docker.HealthConfig {
  const { interval, timeout, start_period, start_interval, retries } = health;
  return {
    ...optionalField('Test', test === undefined ? undefined : toTest(test)),
    ...optionalField('Interval', nanoseconds(interval)),
    ...optionalField('Timeout', nanoseconds(timeout)),
    ...optionalField('StartPeriod', nanoseconds(start_period)),
    ...optionalField('StartInterval', nanoseconds(start_interval)),
    ...optionalField('Retries', retries),
  };
}

/** Docker's markers for the kind of test. */
const kindsOfTest = ['CMD', 'CMD-SHELL', 'NONE'];

function toTest(test: string | readonly string[]): string[] {
  if (test === 'none') return ['NONE'];
  if (typeof test !== 'string' && kindsOfTest.includes(test[0] ?? '')) return [...test];
  return typeof test === 'string' ? ['CMD-SHELL', test] : ['CMD', ...test];
}

function nanoseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.round(seconds * nanosecondsPerSecond);
}

function toLogConfig({ log_driver, log_options }: RuntimeOptions): Docker.HostConfig['LogConfig'] | undefined {
  if (log_driver === undefined && log_options === undefined) return undefined;
  return { Type: log_driver ?? '', Config: { ...log_options } };
}
