import { Option } from 'commander';
import { given } from '../model/given.ts';
import type { ImageConfig } from '../model/image-config.ts';
import type { DockerHealthCheck, Mount, RuntimeOptions, Ulimit } from '../model/runtime-options.ts';
import { type DockerFlags, dockerField, withDockerOptions } from './docker-options.ts';
import type { ImageCommand } from './image-command.ts';
import { mount } from './mount-option.ts';
import { megabytes, wholeOrNone } from './numbers.ts';
import { duration, link, pair, tmpfs, ulimit } from './option-values.ts';
import { repeated } from './placement-options.ts';
import { exposed } from './port-option.ts';

/** Docker's runtime options, with commander's names. */
export interface RuntimeFlags extends DockerFlags {
  readonly user?: string;
  readonly workdir?: string;
  readonly tty?: boolean;
  readonly interactive?: boolean;
  readonly init?: boolean;
  readonly privileged?: boolean;
  readonly capAdd?: string[];
  readonly capDrop?: string[];
  readonly securityOpt?: string[];
  readonly readOnly?: boolean;
  readonly tmpfs?: Record<string, string>;
  readonly shmSize?: number;
  readonly ulimit?: Record<string, number | Ulimit>;
  readonly sysctl?: Record<string, string>;
  readonly dns?: string[];
  readonly dnsSearch?: string[];
  readonly dnsOption?: string[];
  /** Docker's older name. */
  readonly dnsOpt?: string[];
  readonly addHost?: string[];
  readonly mount?: Mount[];
  readonly pid?: string;
  readonly ipc?: string;
  readonly uts?: string;
  readonly userns?: string;
  readonly cgroupParent?: string;
  readonly runtime?: string;
  readonly platform?: string;
  readonly stopSignal?: string;
  readonly stopTimeout?: number;
  readonly logDriver?: string;
  readonly logOpt?: Record<string, string>;
  readonly memorySwap?: number;
  readonly memoryReservation?: number;
  readonly pidsLimit?: number;
  readonly cpusetCpus?: string;
  readonly oomKillDisable?: boolean;
  readonly oomScoreAdj?: number;
  readonly groupAdd?: string[];
  readonly deviceCgroupRule?: string[];
  readonly containerLabel?: Record<string, string>;
  readonly expose?: string[];
}

/** Options of `docker run` whose names have another meaning for services. */
export interface RunOnlyFlags {
  readonly rm?: boolean;
  readonly link?: Record<string, string>;
  readonly healthCmd?: string;
  readonly healthInterval?: number;
  readonly healthTimeout?: number;
  readonly healthStartPeriod?: number;
  readonly healthStartInterval?: number;
  readonly healthRetries?: number;
  readonly healthcheck?: boolean;
}

export function withRuntimeOptions(command: ImageCommand): ImageCommand {
  command
    .option('-u, --user <user>', 'name or UID of the user, and :GROUP')
    .option('-w, --workdir <folder>', 'working directory in the container')
    .option('-t, --tty', 'give the container a terminal')
    .option('-i, --interactive', 'keep standard input open')
    .option('--init', 'run an init that forwards signals and reaps processes')
    .option('--privileged', 'give the container all rights on its engine')
    .option('--cap-add <capability>', 'add a Linux capability; may be repeated', repeated)
    .option('--cap-drop <capability>', 'drop a Linux capability; may be repeated', repeated)
    .option('--security-opt <option>', 'a security option; may be repeated', repeated)
    .option('--read-only', 'mount the root file system read-only')
    .option('--tmpfs <PATH[:OPTIONS]>', 'mount a tmpfs; may be repeated', tmpfs)
    .option('--shm-size <MB>', 'size of /dev/shm; 64m and 1g are understood, too', megabytes)
    .option('--ulimit <NAME=SOFT[:HARD]>', 'a limit of the processes; may be repeated', ulimit)
    .option('--sysctl <NAME=VALUE>', 'a kernel setting; may be repeated', pair)
    .option('--dns <address>', 'a DNS server; may be repeated', repeated)
    .option('--dns-search <domain>', 'a DNS search domain; may be repeated', repeated)
    .option('--dns-option <option>', 'a DNS option; may be repeated', repeated)
    .addOption(new Option('--dns-opt <option>').argParser(repeated).hideHelp())
    .option('--add-host <HOST:IP>', 'a line of /etc/hosts; may be repeated', repeated)
    .option('--mount <mount>', 'mount type=volume,source=data,target=/data, or bind or tmpfs; may be repeated', mount)
    .option('--pid <mode>', 'processes that it sees: host, or container:NAME')
    .option('--ipc <mode>', 'shared memory: private, shareable, host, none or container:NAME')
    .option('--uts <mode>', 'host name of the engine: host')
    .option('--userns <mode>', 'users of the engine: host')
    .option('--cgroup-parent <cgroup>', 'parent cgroup')
    .option('--runtime <name>', 'runtime of the engine')
    .option('--platform <platform>', 'platform of the image, like linux/arm64')
    .option('--stop-signal <signal>', 'signal that stops it')
    .option('--stop-timeout <seconds>', 'seconds after which a stop kills it', wholeOrNone)
    .option('--log-driver <driver>', 'where its output goes')
    .option('--log-opt <NAME=VALUE>', 'an option of the log driver; may be repeated', pair)
    .option('--memory-swap <MB>', 'memory and swap together; -1 is no limit', megabytes)
    .option('--memory-reservation <MB>', 'memory that it gets back to when the engine has little', megabytes)
    .option('--pids-limit <number>', 'most processes; -1 is no limit', wholeOrNone)
    .option('--cpuset-cpus <cpus>', 'CPUs that it may run on, like 0-3 or 0,1')
    .option('--oom-kill-disable', 'do not kill it when the memory runs out')
    .option('--oom-score-adj <number>', 'from -1000, killed last, to 1000', wholeOrNone)
    .option('--group-add <group>', 'another group of the user; may be repeated', repeated)
    .option('--device-cgroup-rule <rule>', 'a rule like "c 42:* rmw"; may be repeated', repeated)
    .option('--container-label <NAME=VALUE>', 'a label of the container; may be repeated', pair)
    .option('--expose <PORT[/PROTO]>', 'a port that other containers see, or a range; may be repeated', exposed);
  return withDockerOptions(command);
}

export function withRunOnlyOptions(command: ImageCommand): ImageCommand {
  command
    .option('--rm', 'remove the container when it ends')
    .option('--link <CONTAINER[:ALIAS]>', 'link to a container, on its engine; may be repeated', link)
    .option('--health-cmd <command>', "Docker's HEALTHCHECK, in place of that of the image")
    .option('--health-interval <duration>', 'time between two checks, like 30s', duration)
    .option('--health-timeout <duration>', 'time for a check', duration)
    .option('--health-start-period <duration>', 'time after the start in which failed checks do not count', duration)
    .option('--health-start-interval <duration>', 'time between two checks in the start period', duration)
    .option('--health-retries <number>', 'failed checks in a row that make it unhealthy', wholeOrNone)
    .option('--no-healthcheck', 'no HEALTHCHECK');
  return command;
}

/** The options as fields of an image config. */
export function runtimeFields(flags: RuntimeFlags): RuntimeOptions {
  return given({
    user: flags.user,
    working_dir: flags.workdir,
    tty: flags.tty,
    stdin_open: flags.interactive,
    init: flags.init,
    privileged: flags.privileged,
    cap_add: flags.capAdd,
    cap_drop: flags.capDrop,
    security_opt: flags.securityOpt,
    read_only: flags.readOnly,
    tmpfs: flags.tmpfs,
    shm_size: flags.shmSize,
    ulimits: flags.ulimit,
    sysctls: flags.sysctl,
    dns: flags.dns,
    dns_search: flags.dnsSearch,
    dns_options: flags.dnsOption || flags.dnsOpt ? [...(flags.dnsOption ?? []), ...(flags.dnsOpt ?? [])] : undefined,
    extra_hosts: flags.addHost,
    mounts: flags.mount,
    pid_mode: flags.pid,
    ipc_mode: flags.ipc,
    uts_mode: flags.uts,
    userns_mode: flags.userns,
    cgroup_parent: flags.cgroupParent,
    runtime: flags.runtime,
    platform: flags.platform,
    stop_signal: flags.stopSignal,
    stop_timeout: flags.stopTimeout,
    log_driver: flags.logDriver,
    log_options: flags.logOpt,
    memory_swap: flags.memorySwap,
    memory_reservation: flags.memoryReservation,
    pids_limit: flags.pidsLimit,
    cpuset: flags.cpusetCpus,
    oom_kill_disable: flags.oomKillDisable,
    oom_score_adj: flags.oomScoreAdj,
    group_add: flags.groupAdd,
    device_cgroup_rules: flags.deviceCgroupRule,
    container_labels: flags.containerLabel,
    expose: flags.expose,
    docker: dockerField(flags),
  });
}

export function runOnlyFields(flags: RunOnlyFlags): Partial<ImageConfig> {
  const check: Partial<DockerHealthCheck> = given({
    test: flags.healthcheck === false ? 'none' : flags.healthCmd,
    interval: flags.healthInterval,
    timeout: flags.healthTimeout,
    start_period: flags.healthStartPeriod,
    start_interval: flags.healthStartInterval,
    retries: flags.healthRetries,
  });
  const hasCheck = Object.keys(check).length > 0;
  return given({
    links: flags.link,
    auto_remove: flags.rm,
    health_check: hasCheck ? (check as DockerHealthCheck) : undefined,
  });
}
