import { attachmentsOf, type ImageConfig } from './image-config.ts';
import { isPredefinedNetwork } from './network.ts';
import { isInMemory, secretPath, secretsFolder } from './secret.ts';

export interface ImageConflict {
  readonly field: keyof ImageConfig;
  /** Completes a sentence that starts with the name of the field. */
  readonly reason: string;
}

const containerMode = 'container:';

/** The first field that every Docker refuses in combination with another: its "conflicting options". */
export function conflictOf(image: Partial<ImageConfig>): ImageConflict | undefined {
  return (
    conflictOfNetworks(image) ??
    conflictWithNetwork(image) ??
    conflictOfEntrypoint(image) ??
    conflictOfSecrets(image) ??
    conflictOfRuntime(image)
  );
}

/** Conflicts that Docker reports only at the start of the container. */
function conflictOfNetworks(image: Partial<ImageConfig>): ImageConflict | undefined {
  const conflict = (reason: string) => ({ field: 'networks' as const, reason });
  const attachments = attachmentsOf(image);
  if (attachments.length === 0) return undefined;
  if (image.network_mode !== undefined) return conflict('cannot be used with network_mode');
  if (Object.hasOwn(image.docker ?? {}, 'NetworkingConfig'))
    return conflict('cannot be used with NetworkingConfig in docker');
  for (const { name, aliases = [], ...address } of attachments) {
    if (['host', 'none', 'default'].includes(name)) return conflict(`must not have ${name}: that is a network_mode`);
    const isPlain = aliases.length === 0 && Object.values(address).every((each) => each === undefined);
    if (isPredefinedNetwork(name) && !isPlain) return conflict(`can have no aliases and no address in ${name}`);
  }
  return undefined;
}

function conflictWithNetwork(image: Partial<ImageConfig>): ImageConflict | undefined {
  const { network_mode: mode = '' } = image;
  const beside = (field: keyof ImageConfig, hint: string) => ({
    field,
    reason: `cannot be used with network_mode ${mode}: ${hint}`,
  });
  const hasLinks = Object.keys(image.links ?? {}).length > 0;
  if (mode === 'host' && hasLinks) return beside('links', 'other containers are reached at their published ports');
  if (!mode.startsWith(containerMode)) return undefined;
  const other = mode.slice(containerMode.length);
  if (other === '') return { field: 'network_mode', reason: 'must name a container, like container:web' };
  if ((image.bind_ports ?? []).length > 0) return beside('bind_ports', `publish the ports of ${other} instead`);
  if (image.publish) return beside('publish', `publish the ports of ${other} instead`);
  if (image.hostname !== undefined) return beside('hostname', `the container has the host name of ${other}`);
  if (hasLinks) return beside('links', `the container has the links of ${other}`);
  for (const field of ['dns', 'extra_hosts', 'expose'] as const) {
    if ((image[field] ?? []).length > 0) return beside(field, `the container has the network of ${other}`);
  }
  return undefined;
}

/** Docker treats an entrypoint of one empty string as none, and then ignores the image's command too. */
function conflictOfEntrypoint({ entrypoint, args = [] }: Partial<ImageConfig>): ImageConflict | undefined {
  if (entrypoint?.length !== 1 || entrypoint[0] !== '' || args.length > 0) return undefined;
  return { field: 'entrypoint', reason: 'removes the entrypoint of the image: args must name the program to run' };
}

/** The secrets folder is empty after a restart by the engine itself; files elsewhere are not. */
function conflictOfSecrets(image: Partial<ImageConfig>): ImageConflict | undefined {
  const { secrets = [], restart_policy: policy, volumes = [], mounts = [], tmpfs = {} } = image;
  if (secrets.length === 0) return undefined;
  const conflict = (reason: string) => ({ field: 'secrets' as const, reason });
  const hasFolder = secrets.some(isInMemory);
  if (hasFolder && policy?.name !== undefined && policy.name !== 'no')
    return conflict(`cannot be used with the restart policy ${policy.name}: the engine would start it without them`);
  const targets = [
    ...volumes.map((volume) => volume.split(':')[1] ?? volume),
    ...mounts.map(({ target }) => target),
    ...Object.keys(tmpfs),
  ];
  const variables = secrets.flatMap(({ env }) => (env === undefined ? [] : [env]));
  const twice = variables.find(
    (each, at) => variables.indexOf(each) !== at || Object.hasOwn(image.environment ?? {}, each),
  );
  if (twice !== undefined) return conflict(`sets the variable ${twice}, which is set already`);
  const other = targets.find((target) => target === secretsFolder || target.startsWith(`${secretsFolder}/`));
  if (hasFolder && other !== undefined) return conflict(`cannot be used with a volume at ${other}`);
  const paths = secrets.filter((secret) => !isInMemory(secret)).map(secretPath);
  const [first] = paths;
  if (first === undefined) return undefined;
  if (image.read_only) return conflict(`cannot have the file ${first}: read_only makes its file system read-only`);
  // It would be written into the volume, where others have it too and where it stays.
  const within = paths.find((path) => targets.some((target) => isBelow(path, target)));
  return within === undefined ? undefined : conflict(`cannot have the file ${within}, which is in a volume`);
}

function isBelow(path: string, folder: string): boolean {
  const plain = folder.replace(/\/+$/, '');
  return path === plain || path.startsWith(`${plain}/`);
}

/** Runtime options that Docker refuses, with the field that it would name. */
function conflictOfRuntime(image: Partial<ImageConfig>): ImageConflict | undefined {
  const { memory, memory_swap: swap, memory_reservation: reservation, restart_policy: policy, volumes = [] } = image;
  if (image.auto_remove && policy?.name !== undefined && policy.name !== 'no') {
    return { field: 'auto_remove', reason: `cannot be used with the restart policy ${policy.name}` };
  }
  if (swap !== undefined && swap > 0) {
    if (!memory) return { field: 'memory_swap', reason: 'needs memory, of which it is the sum with swap' };
    if (swap < memory) return { field: 'memory_swap', reason: 'must not be less than memory, which it includes' };
  }
  if (memory && reservation !== undefined && reservation > memory) {
    return { field: 'memory_reservation', reason: 'must not be more than memory' };
  }
  if (image.uts_mode === 'host' && image.hostname !== undefined) {
    return { field: 'hostname', reason: 'cannot be used with uts_mode host' };
  }
  const { HostConfig: host } = image.docker ?? {};
  if (image.cpus && typeof host === 'object' && host !== null && Object.hasOwn(host, 'CpuShares')) {
    return { field: 'docker', reason: 'must not have HostConfig.CpuShares beside cpus, which sets it' };
  }
  const targets = new Set(volumes.map((volume) => volume.split(':')[1] ?? volume));
  const twice = image.mounts?.find(({ target }) => targets.has(target));
  return twice && { field: 'mounts', reason: `and volumes both have ${twice.target}` };
}
