import type { PolicyRules, PolicyViolation } from '../../../model/policy.ts';
import { checkBinds, checkMountPoints, checkMounts, checkTmpfs, checkVolumeDriver } from './check-mounts.ts';
import { checkNetworking, checkNetworkMode, checkOthers, namespaceCheck } from './check-namespaces.ts';
import {
  allowedEntriesCheck,
  allowedValueCheck,
  checkCapabilities,
  checkDeviceRequests,
  checkDevices,
  checkImage,
  checkLog,
  checkOom,
  checkPrivileged,
  checkSysctls,
  checkVariables,
} from './check-rights.ts';
import { type Check, isNothing, objectOf, Report, refuseUnknown } from './report.ts';

/** Affects only the container, whatever its value. */
const harmless: Check = () => undefined;

/**
 * The fields of Docker's create body that a policy covers. All others are refused: an unknown field of a newer Docker
 * must not bypass the policy.
 */
const bodyChecks: Readonly<Record<string, Check>> = {
  ...{ name: harmless, platform: harmless, Image: checkImage, Labels: harmless, Env: checkVariables },
  ...{ Hostname: harmless, Domainname: harmless, Cmd: harmless, Entrypoint: harmless, Shell: harmless },
  ...{ ExposedPorts: harmless, User: harmless, WorkingDir: harmless, Tty: harmless, OpenStdin: harmless },
  ...{ StdinOnce: harmless, AttachStdin: harmless, AttachStdout: harmless, AttachStderr: harmless },
  ...{ StopSignal: harmless, StopTimeout: harmless, Healthcheck: harmless, NetworkDisabled: harmless },
  Volumes: checkMountPoints,
  NetworkingConfig: checkNetworking,
  HostConfig: (report, value, path) => {
    const host = objectOf(value ?? {});
    if (!host) return report.refuse('docker_fields', path, 'it must be an object');
    checkFields(report, host, path, hostChecks);
  },
};

const safeSecurity = ['no-new-privileges', 'no-new-privileges:true', 'no-new-privileges=true'];

const hostChecks: Readonly<Record<string, Check>> = {
  ...{ NanoCpus: harmless, CpuShares: harmless, CpusetCpus: harmless, Memory: harmless, MemorySwap: harmless },
  ...{ MemoryReservation: harmless, PidsLimit: harmless, ShmSize: harmless, Ulimits: harmless },
  ...{ PortBindings: harmless, PublishAllPorts: harmless, RestartPolicy: harmless, AutoRemove: harmless },
  ...{ Init: harmless, ReadonlyRootfs: harmless, CapDrop: harmless, Dns: harmless, DnsSearch: harmless },
  ...{ DnsOptions: harmless, ExtraHosts: harmless, GroupAdd: harmless },
  ...{ OomKillDisable: checkOom, OomScoreAdj: checkOom },
  ...{
    Privileged: checkPrivileged,
    CapAdd: checkCapabilities,
    SecurityOpt: allowedEntriesCheck('security_opt', safeSecurity),
  },
  ...{ Devices: checkDevices, DeviceRequests: checkDeviceRequests, Sysctls: checkSysctls },
  ...{ DeviceCgroupRules: allowedEntriesCheck('device_cgroup_rules'), Runtime: allowedValueCheck('runtimes') },
  ...{ CgroupParent: allowedValueCheck('cgroup_parents'), LogConfig: checkLog },
  ...{ NetworkMode: checkNetworkMode, PidMode: namespaceCheck('pid'), IpcMode: namespaceCheck('ipc') },
  ...{ UTSMode: namespaceCheck('uts'), UsernsMode: namespaceCheck('user'), CgroupnsMode: namespaceCheck('cgroup') },
  ...{ Links: checkOthers, VolumesFrom: checkOthers, Binds: checkBinds, Mounts: checkMounts },
  ...{ Tmpfs: checkTmpfs, VolumeDriver: checkVolumeDriver },
};

/** The violations in a create body as it is sent; their number is limited. */
export function checkBody(rules: PolicyRules, body: object): readonly PolicyViolation[] {
  const report = new Report(rules);
  // JSON omits undefined values.
  checkFields(report, body, '', bodyChecks);
  return report.violations;
}

function checkFields(report: Report, fields: object, path: string, checks: Readonly<Record<string, Check>>): void {
  refuseUnknown(report, fields, path, Object.keys(checks));
  for (const [key, value] of Object.entries(fields)) {
    if (isNothing(value) || !Object.hasOwn(checks, key)) continue;
    checks[key]?.(report, value, path === '' ? key : `${path}.${key}`);
  }
}
