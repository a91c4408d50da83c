import type { PolicyRule } from '../../../model/policy.ts';
import { type Check, isNothing, objectOf, type Report, refuseUnknown, shown, textsOf } from './report.ts';

export const checkPrivileged: Check = (report, value, path) => {
  if (isNothing(value) || value === false || report.rules.privileged) return;
  report.refuse('privileged', path, 'a privileged container has root access to its engine');
};

/** Docker accepts capabilities in any case, with and without `CAP_`. */
export const checkCapabilities: Check = (report, value, path) => {
  const { capabilities = [] } = report.rules;
  const asked = textsOf(value) ?? [shown(value)];
  for (const [index, name] of asked.entries()) {
    const plain = name.trim().toUpperCase().replace(/^CAP_/, '');
    if (capabilities.includes('ALL') || capabilities.includes(plain)) continue;
    report.refuse('capabilities', `${path}[${index}]`, `the capability ${shown(name)} must not be added`);
  }
};

/** A list whose entries must be in the rule, exactly as written, or in `always`. */
export function allowedEntriesCheck(
  rule: 'security_opt' | 'device_cgroup_rules',
  always: readonly string[] = [],
): Check {
  return (report, value, path) => {
    const allowed = [...(report.rules[rule] ?? []), ...always];
    for (const [index, each] of (textsOf(value) ?? [shown(value)]).entries()) {
      if (!allowed.includes(each)) report.refuse(rule, `${path}[${index}]`, `${shown(each)} must not be set`);
    }
  };
}

/** A value that must be in the rule; absent means the engine's default. */
export function allowedValueCheck(rule: 'runtimes' | 'cgroup_parents'): Check {
  return (report, value, path) => {
    if (isNothing(value) || (report.rules[rule] ?? []).some((each) => each === value)) return;
    report.refuse(rule, path, `${shown(value)} must not be chosen`);
  };
}

export const checkSysctls: Check = (report, value, path) => {
  const { sysctls = [] } = report.rules;
  for (const name of Object.keys(objectOf(value ?? {}) ?? { [shown(value)]: 0 })) {
    if (!sysctls.includes(name))
      report.refuse('sysctls', `${path}.${name}`, `the sysctl ${shown(name)} must not be set`);
  }
};

export const checkDevices: Check = (report, value, path) => {
  const { devices = [] } = report.rules;
  for (const [index, entry] of listOf(report, 'devices', value, path).entries()) {
    const { PathOnHost: device } = objectOf(entry) ?? {};
    if (typeof device === 'string' && devices.includes(device)) continue;
    report.refuse('devices', `${path}[${index}]`, `the device ${shown(device)} must not be given`);
  }
};

/** A CDI name can stand for anything that a file on the engine describes, so each name must be allowed explicitly. */
export const checkDeviceRequests: Check = (report, value, path) => {
  for (const [index, entry] of listOf(report, 'gpus', value, path).entries()) {
    const request = objectOf(entry) ?? {};
    const place = `${path}[${index}]`;
    if (request.Driver === 'cdi') {
      checkNamedDevices(report, request, place);
      continue;
    }
    const isGpu = (isNothing(request.Driver) || request.Driver === 'nvidia') && isNothing(request.Options);
    if (!isGpu || !report.rules.gpus) report.refuse('gpus', place, 'GPUs must not be given');
    refuseUnknown(report, request, place, ['Driver', 'Count', 'DeviceIDs', 'Capabilities', 'Options']);
  }
};

function checkNamedDevices(report: Report, request: Readonly<Record<string, unknown>>, path: string): void {
  const { devices = [] } = report.rules;
  const names = textsOf(request.DeviceIDs);
  if (!names || !isNothing(request.Options)) report.refuse('devices', path, 'it must have a list of names alone');
  for (const [index, name] of (names ?? []).entries()) {
    if (devices.includes(name)) continue;
    report.refuse('devices', `${path}.DeviceIDs[${index}]`, `the device ${shown(name)} must not be given`);
  }
  refuseUnknown(report, request, path, ['Driver', 'Count', 'DeviceIDs', 'Capabilities', 'Options']);
}

/** Variables through which GPU and accelerator runtimes assign devices, independent of the rest of the body. */
const deviceVariables = [
  ...['NVIDIA_VISIBLE_DEVICES', 'NVIDIA_MIG_CONFIG_DEVICES', 'NVIDIA_MIG_MONITOR_DEVICES', 'NVIDIA_IMEX_CHANNELS'],
  ...['AMD_VISIBLE_DEVICES', 'HABANA_VISIBLE_DEVICES', 'ASCEND_VISIBLE_DEVICES', 'CAMBRICON_VISIBLE_DEVICES'],
];
const noDevices = ['', 'void', 'none'];

/** Such a runtime may be the engine's default, which the body does not show. */
export const checkVariables: Check = (report, value, path) => {
  if (report.rules.gpus) return;
  for (const [index, variable] of (textsOf(value) ?? []).entries()) {
    const [name = ''] = variable.split('=', 1);
    if (!deviceVariables.includes(name) || noDevices.includes(variable.slice(name.length + 1))) continue;
    report.refuse('gpus', `${path}[${index}]`, `the variable ${shown(name)} gives a container GPUs`);
  }
};

function listOf(report: Report, rule: PolicyRule, value: unknown, path: string): readonly unknown[] {
  if (isNothing(value)) return [];
  if (Array.isArray(value)) return value;
  report.refuse(rule, path, 'it must be a list');
  return [];
}

/** Drivers that read no files and open no connections. */
const quietDrivers = ['', 'json-file', 'local', 'none'];
const quietOptions = ['max-size', 'max-file', 'compress', 'labels', 'labels-regex', 'env', 'env-regex', 'tag'];

export const checkLog: Check = (report, value, path) => {
  if (isNothing(value)) return;
  const config = objectOf(value);
  const options = objectOf(config?.Config ?? {});
  if (!config || !options) return report.refuse('log_drivers', path, 'it must be an object');
  refuseUnknown(report, config, path, ['Type', 'Config']);
  const { log_drivers = quietDrivers, log_options = [] } = report.rules;
  const driver = config.Type ?? '';
  if (driver !== '' && !log_drivers.some((each) => each === driver)) {
    report.refuse('log_drivers', `${path}.Type`, `the log driver ${shown(driver)} must not be used`);
  }
  for (const name of Object.keys(options)) {
    if (quietOptions.includes(name) || log_options.includes(name)) continue;
    report.refuse('log_options', `${path}.Config.${name}`, `the log option ${shown(name)} must not be set`);
  }
};

/** A container must not be protected from the host's OOM killer. */
export const checkOom: Check = (report, value, path) => {
  const isHarmless = isNothing(value) || value === false || (typeof value === 'number' && value >= 0);
  if (isHarmless || report.rules.docker_fields?.includes(path)) return;
  report.refuse('docker_fields', path, 'the container must not be exempt from the OOM killer');
};

/**
 * Checks the image name. A name that the engine could read as an id prefix is refused, because that image may come from
 * any registry.
 */
export const checkImage: Check = (report, value, path) => {
  const { registries } = report.rules;
  if (!registries) return;
  const name = typeof value === 'string' ? value : '';
  const isLikeId = /^(sha256:)?[0-9a-f]+$/i.test(name);
  const repository = fullName(name);
  const isAllowed = registries.some((each) => repository === each || repository.startsWith(`${each}/`));
  if (!isAllowed || isLikeId) report.refuse('registries', path, `images like ${shown(name)} must not be run`);
};

/** Adds the default registry and namespace, and removes tag and digest. */
function fullName(name: string): string {
  const bare = name.replace(/@.*$/, '').replace(/:[^:/]*$/, '');
  const [first = '', ...rest] = bare.split('/');
  const isRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  if (!isRegistry) return `docker.io/${rest.length === 0 ? 'library/' : ''}${bare}`;
  const path = rest.join('/');
  if (first !== 'docker.io' && first !== 'index.docker.io') return bare;
  return `docker.io/${rest.length === 1 ? 'library/' : ''}${path}`;
}
