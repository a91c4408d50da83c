import type Docker from 'dockerode';
import type { DockerHealthCheck, RuntimeOptions } from '../../model/runtime-options.ts';
import { given } from './given.ts';
import { toMount } from './mounts.ts';

const bytesPerMb = 2 ** 20;
const nanosecondsPerSecond = 1e9;

/** What the options say beside `HostConfig`. */
export function toRuntimeConfig(options: RuntimeOptions): Partial<Docker.ContainerCreateOptions> {
  return {
    ...given('User', options.user),
    ...given('WorkingDir', options.working_dir),
    ...given('Tty', options.tty),
    ...given('OpenStdin', options.stdin_open),
    ...given('StopSignal', options.stop_signal),
    ...given('StopTimeout', options.stop_timeout),
    ...given('Healthcheck', options.health_check && toHealthConfig(options.health_check)),
  };
}

export function toRuntimeHostConfig(options: RuntimeOptions): Docker.HostConfig {
  return {
    ...given('Init', options.init),
    ...given('Privileged', options.privileged),
    ...given('CapAdd', list(options.cap_add)),
    ...given('CapDrop', list(options.cap_drop)),
    ...given('SecurityOpt', list(options.security_opt)),
    ...given('ReadonlyRootfs', options.read_only),
    ...given('Tmpfs', options.tmpfs && { ...options.tmpfs }),
    ...given('ShmSize', bytes(options.shm_size)),
    ...given('Ulimits', options.ulimits && Object.entries(options.ulimits).map(toUlimit)),
    ...given('Sysctls', options.sysctls && { ...options.sysctls }),
    ...given('Dns', list(options.dns)),
    ...given('DnsSearch', list(options.dns_search)),
    ...given('DnsOptions', list(options.dns_options)),
    ...given('ExtraHosts', list(options.extra_hosts)),
    ...given('Mounts', options.mounts?.map(toMount)),
    ...given('PidMode', options.pid_mode),
    ...given('IpcMode', options.ipc_mode),
    ...given('UTSMode', options.uts_mode),
    ...given('UsernsMode', options.userns_mode),
    ...given('CgroupParent', options.cgroup_parent),
    ...given('Runtime', options.runtime),
    ...given('LogConfig', toLogConfig(options)),
    ...given('MemorySwap', bytes(options.memory_swap)),
    ...given('MemoryReservation', bytes(options.memory_reservation)),
    ...given('PidsLimit', options.pids_limit),
    ...given('CpusetCpus', options.cpuset),
    ...given('OomKillDisable', options.oom_kill_disable),
    ...given('OomScoreAdj', options.oom_score_adj),
    ...given('GroupAdd', list(options.group_add)),
    ...given('DeviceCgroupRules', list(options.device_cgroup_rules)),
    ...given('AutoRemove', options.auto_remove),
  };
}

/** -1 is no limit, for Docker as for us. */
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
    ...given('Test', test === undefined ? undefined : toTest(test)),
    ...given('Interval', nanoseconds(interval)),
    ...given('Timeout', nanoseconds(timeout)),
    ...given('StartPeriod', nanoseconds(start_period)),
    ...given('StartInterval', nanoseconds(start_interval)),
    ...given('Retries', retries),
  };
}

/** Docker's own way to say what follows. */
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
