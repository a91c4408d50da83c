import { InvalidArgumentError } from 'commander';
import { given } from '../model/given.ts';
import type { ImageCommand } from './image-command.ts';
import { whole, wholeOrNone } from './numbers.ts';
import { pair } from './option-values.ts';

interface DeviceRate {
  readonly Path: string;
  readonly Rate: number;
}

/**
 * Options of `docker run` without a field of their own: they go into the field `docker`, with the names of Docker's
 * API.
 */
export interface DockerFlags {
  readonly annotation?: Record<string, string>;
  readonly blkioWeight?: number;
  readonly blkioWeightDevice?: readonly { readonly Path: string; readonly Weight: number }[];
  readonly cgroupns?: string;
  readonly cpuRtPeriod?: number;
  readonly cpuRtRuntime?: number;
  readonly cpuShares?: number;
  readonly cpusetMems?: string;
  readonly deviceReadBps?: readonly DeviceRate[];
  readonly deviceReadIops?: readonly DeviceRate[];
  readonly deviceWriteBps?: readonly DeviceRate[];
  readonly deviceWriteIops?: readonly DeviceRate[];
  readonly macAddress?: string;
  readonly memorySwappiness?: number;
  readonly storageOpt?: Record<string, string>;
  readonly volumeDriver?: string;
}

export function withDockerOptions(command: ImageCommand): ImageCommand {
  command
    .option('--annotation <NAME=VALUE>', 'an annotation, for the runtime (Docker 24); may be repeated', pair)
    .option('--blkio-weight <number>', 'share of block I/O, from 10 to 1000', whole)
    .option('--blkio-weight-device <PATH:WEIGHT>', 'the same for a device; may be repeated', weight)
    .option('--cgroupns <mode>', 'cgroup namespace: host or private')
    .option('--cpu-rt-period <microseconds>', 'period of real-time CPU', whole)
    .option('--cpu-rt-runtime <microseconds>', 'real-time CPU in each period', wholeOrNone)
    .option('--cpu-shares <number>', 'share of the CPUs, without --cpus, which sets it', whole)
    .option('--cpuset-mems <nodes>', 'memory nodes that it may use, like 0-1')
    .option(
      '--device-read-bps <PATH:RATE>',
      'most bytes a second read of a device, like /dev/sda:1mb; may be repeated',
      bytes,
    )
    .option('--device-read-iops <PATH:RATE>', 'most reads a second of a device; may be repeated', operations)
    .option('--device-write-bps <PATH:RATE>', 'most bytes a second written to a device; may be repeated', bytes)
    .option('--device-write-iops <PATH:RATE>', 'most writes a second to a device; may be repeated', operations)
    .option('--mac-address <address>', 'MAC address of the container')
    .option('--memory-swappiness <percent>', 'how readily its memory is swapped out, from 0 to 100', whole)
    .option('--storage-opt <NAME=VALUE>', 'an option of the storage driver; may be repeated', pair)
    .option('--volume-driver <driver>', 'driver of the volumes that are made for it');
  return command;
}

/** Undefined: no such option was given. */
export function dockerField(flags: DockerFlags): Readonly<Record<string, unknown>> | undefined {
  const host = given({
    Annotations: flags.annotation,
    BlkioWeight: flags.blkioWeight,
    BlkioWeightDevice: flags.blkioWeightDevice,
    CgroupnsMode: flags.cgroupns,
    CpuRealtimePeriod: flags.cpuRtPeriod,
    CpuRealtimeRuntime: flags.cpuRtRuntime,
    CpuShares: flags.cpuShares,
    CpusetMems: flags.cpusetMems,
    BlkioDeviceReadBps: flags.deviceReadBps,
    BlkioDeviceReadIOps: flags.deviceReadIops,
    BlkioDeviceWriteBps: flags.deviceWriteBps,
    BlkioDeviceWriteIOps: flags.deviceWriteIops,
    MemorySwappiness: flags.memorySwappiness,
    StorageOpt: flags.storageOpt,
    VolumeDriver: flags.volumeDriver,
  });
  const docker = given({
    MacAddress: flags.macAddress,
    HostConfig: Object.keys(host).length > 0 ? host : undefined,
  });
  return Object.keys(docker).length > 0 ? docker : undefined;
}

type DockerField = Readonly<Record<string, unknown>> & { readonly HostConfig?: object };

/** Merges the options into those of a file, name by name. */
export function mergedDocker(before: DockerField | undefined, changes: DockerField | undefined) {
  const host = { ...before?.HostConfig, ...changes?.HostConfig };
  return { ...before, ...changes, ...(Object.keys(host).length > 0 && { HostConfig: host }) };
}

function weight(text: string, previous: NonNullable<DockerFlags['blkioWeightDevice']> = []) {
  const [Path, Weight] = ofDevice(text);
  return [...previous, { Path, Weight: whole(Weight) }];
}

function operations(text: string, previous: readonly DeviceRate[] = []): DeviceRate[] {
  const [Path, rate] = ofDevice(text);
  return [...previous, { Path, Rate: whole(rate) }];
}

function bytes(text: string, previous: readonly DeviceRate[] = []): DeviceRate[] {
  const [Path, rate] = ofDevice(text);
  const [, amount, unit = ''] = /^(\d{1,12})([kmg])?b?$/i.exec(rate) ?? [];
  if (amount === undefined) throw new InvalidArgumentError('The rate must be bytes like 4096, or like 512kb or 1mb.');
  const factor = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[unit.toLowerCase()] ?? 1;
  return [...previous, { Path, Rate: Number(amount) * factor }];
}

function ofDevice(text: string): readonly [path: string, value: string] {
  const [, path, value] = /^(\/[^:]+):([^:]+)$/.exec(text) ?? [];
  if (path === undefined || value === undefined) throw new InvalidArgumentError('It must be like /dev/sda:100.');
  return [path, value];
}
