import type { ImageConfig } from './image-config.ts';

/** Namespaces of the host that a container may be in. */
export const hostNamespaces = ['network', 'pid', 'ipc', 'uts', 'user', 'cgroup'] as const;
export type HostNamespace = (typeof hostNamespaces)[number];

/** File systems of the local volume driver that a policy can allow. */
export const volumeTypes = ['nfs', 'nfs4', 'cifs', 'smb3'] as const;
export type VolumeType = (typeof volumeTypes)[number];

/**
 * What containers may be given beside what every container has. What is left out is refused, but for registries, of which all
 * are allowed then. The names are those of the API.
 */
export interface PolicyRules {
  readonly privileged?: boolean;
  readonly host_namespaces?: readonly HostNamespace[];
  /** Shares namespaces or volumes with other containers, or is linked to them. */
  readonly other_containers?: boolean;
  /** `PATH`: this folder and no other. `PATH:ro`: the folder and what is in it, for reading alone. */
  readonly bind_mounts?: readonly string[];
  /** Left out: `local`. */
  readonly volume_drivers?: readonly string[];
  readonly volume_types?: readonly VolumeType[];
  /** As Docker names them, without `CAP_`; or `ALL`. */
  readonly capabilities?: readonly string[];
  /** Paths on the host, and CDI names. */
  readonly devices?: readonly string[];
  readonly gpus?: boolean;
  readonly device_cgroup_rules?: readonly string[];
  /** `HOST[:PORT][/REPOSITORY]`; Docker Hub is `docker.io`. */
  readonly registries?: readonly string[];
  readonly security_opt?: readonly string[];
  /** Names. */
  readonly sysctls?: readonly string[];
  readonly runtimes?: readonly string[];
  readonly cgroup_parents?: readonly string[];
  /** Left out: those that write to the engine alone. */
  readonly log_drivers?: readonly string[];
  /** Names of options beside those that every policy allows. */
  readonly log_options?: readonly string[];
  /** What `exec` and `attach` print is recorded: this rule takes, and allows nothing. */
  readonly record_sessions?: boolean;
  /** Fields of Docker's create body that have no rule, like `HostConfig.BlkioWeight`. */
  readonly docker_fields?: readonly string[];
}

export type PolicyRule = keyof PolicyRules;

/** A policy, as the store keeps it. */
export interface PolicyRecord {
  readonly rules: PolicyRules;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Policy {
  readonly name: string;
  readonly rules: PolicyRules;
}

/** What a policy refuses of a container. */
export interface PolicyViolation {
  readonly rule: PolicyRule;
  /** In the body of Docker's create, like `HostConfig.Binds[0]`. */
  readonly path: string;
  /** What is refused, in words. */
  readonly message: string;
}

/** Decides whether whoever asks for a change may have containers made of what comes of it. */
export interface Approval {
  /** Throws what refuses it. Left out: nothing does. */
  readonly approve?: ((image: ImageConfig) => void) | undefined;
  /** The name of the policy that they are under, and so is what they change. */
  readonly policy?: string | undefined;
}

export const mostPolicies = 100;
