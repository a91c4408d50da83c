import type { ImageConfig } from './image-config.ts';

/** Host namespaces that a policy can allow. */
export const hostNamespaces = ['network', 'pid', 'ipc', 'uts', 'user', 'cgroup'] as const;
export type HostNamespace = (typeof hostNamespaces)[number];

/** File system types of the local volume driver that a policy can allow. */
export const volumeTypes = ['nfs', 'nfs4', 'cifs', 'smb3'] as const;
export type VolumeType = (typeof volumeTypes)[number];

/**
 * What a policy allows beyond the defaults. Absent rules allow nothing, except `registries`: absent allows all. Fields
 * are named as in the API.
 */
export interface PolicyRules {
  readonly privileged?: boolean;
  readonly host_namespaces?: readonly HostNamespace[];
  /** Sharing namespaces or volumes with other containers, or links to them. */
  readonly other_containers?: boolean;
  /** `PATH`: exactly this folder. `PATH:ro`: the folder and its contents, read-only. */
  readonly bind_mounts?: readonly string[];
  /** Absent: `local`. */
  readonly volume_drivers?: readonly string[];
  readonly volume_types?: readonly VolumeType[];
  /** Docker's names without `CAP_`; or `ALL`. */
  readonly capabilities?: readonly string[];
  /** Paths on the host, and CDI names. */
  readonly devices?: readonly string[];
  readonly gpus?: boolean;
  readonly device_cgroup_rules?: readonly string[];
  /** `HOST[:PORT][/REPOSITORY]`; Docker Hub is `docker.io`. */
  readonly registries?: readonly string[];
  readonly security_opt?: readonly string[];
  /** Names of sysctls. */
  readonly sysctls?: readonly string[];
  readonly runtimes?: readonly string[];
  readonly cgroup_parents?: readonly string[];
  /** Absent: drivers that only write on the engine. */
  readonly log_drivers?: readonly string[];
  /** Option names in addition to those that every policy allows. */
  readonly log_options?: readonly string[];
  /** Records the output of `exec` and `attach`. This rule restricts; it allows nothing. */
  readonly record_sessions?: boolean;
  /** Fields of Docker's create body without a rule of their own, like `HostConfig.BlkioWeight`. */
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

/** A violation of a policy by a container. */
export interface PolicyViolation {
  readonly rule: PolicyRule;
  /** The path in Docker's create body, like `HostConfig.Binds[0]`. */
  readonly path: string;
  /** What is refused, for people. */
  readonly message: string;
}

/** Checks whether the caller of a change may have the resulting containers. */
export interface Approval {
  /** Throws the refusal. Absent: everything is approved. */
  readonly approve?: ((image: ImageConfig) => void) | undefined;
  /** The caller's policy, which also applies to what it changes. */
  readonly policy?: string | undefined;
}

export const maxPolicies = 100;
