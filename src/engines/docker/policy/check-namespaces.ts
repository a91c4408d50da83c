import type { HostNamespace } from '../../../model/policy.ts';
import { type Check, isNothing, objectOf, type Report, refuseUnknown, shown, textsOf } from './report.ts';

/** By namespace, the modes that give the container its own. */
const ownModes: Readonly<Record<Exclude<HostNamespace, 'network'>, readonly string[]>> = {
  pid: ['private'],
  ipc: ['none', 'private', 'shareable'],
  uts: ['private'],
  user: ['private'],
  cgroup: ['private'],
};

/** Checks a namespace mode: its own, the host's, or that of another container. */
export function namespaceCheck(namespace: Exclude<HostNamespace, 'network'>): Check {
  return (report, value, path) => {
    if (isNothing(value) || ownModes[namespace].some((mode) => mode === value)) return;
    checkShared(report, namespace, value, path);
  };
}

const networkName = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

/** Checks the network mode: the host's, that of another container, or a network name. */
export const checkNetworkMode: Check = (report, value, path) => {
  if (isNothing(value)) return;
  if (typeof value === 'string' && networkName.test(value) && value !== 'host') return;
  checkShared(report, 'network', value, path);
};

function checkShared(report: Report, namespace: HostNamespace, value: unknown, path: string): void {
  if (typeof value === 'string' && value.startsWith('container:')) {
    if (!report.rules.other_containers) {
      report.refuse('other_containers', path, `the ${namespace} namespace of another container must not be shared`);
    }
    return;
  }
  const { host_namespaces = [] } = report.rules;
  if (value === 'host' && host_namespaces.includes(namespace)) return;
  report.refuse('host_namespaces', path, `the ${namespace} namespace ${shown(value)} must not be used`);
}

const endpointFields = ['Aliases', 'IPAMConfig', 'Links'];

export const checkNetworking: Check = (report, value, path) => {
  if (isNothing(value)) return;
  const config = objectOf(value);
  const endpoints = objectOf(config?.EndpointsConfig ?? {});
  if (!config || !endpoints) report.refuse('docker_fields', path, 'it must be an object');
  refuseUnknown(report, config ?? {}, path, ['EndpointsConfig']);
  for (const [network, endpoint] of Object.entries(endpoints ?? {})) {
    const place = `${path}.EndpointsConfig.${network}`;
    checkNetworkMode(report, network, place);
    checkEndpoint(report, endpoint ?? {}, place);
  }
};

/** Checks the attachment to a network. */
export const checkEndpoint: Check = (report, value, path) => {
  const fields = objectOf(value);
  if (!fields) report.refuse('docker_fields', path, 'it must be an object');
  refuseUnknown(report, fields ?? {}, path, endpointFields);
  checkOthers(report, fields?.Links, `${path}.Links`);
};

/** Checks references to other containers, by volumes or links: a link exposes the other container's environment. */
export const checkOthers: Check = (report, value, path) => {
  const others = textsOf(value);
  if (report.rules.other_containers && others) return;
  for (const [index, other] of (others ?? [shown(value)]).entries()) {
    report.refuse('other_containers', `${path}[${index}]`, `the container ${shown(other)} must not be referred to`);
  }
};
