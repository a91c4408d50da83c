import type { Request } from '@hapi/hapi';
import { AccessControl } from '../access/access-control.ts';
import { anyone } from '../access/principal.ts';
import { refuseRouterVolumes } from '../decisions/domains/reserved-for-routers.ts';
import { SatsumaError } from '../model/errors.ts';
import type { ImageConfig } from '../model/image-config.ts';
import type { Approval, Policy } from '../model/policy.ts';
import { isPolicyRefusal, type PolicyRefusal, refuseViolations } from '../model/policy-refusal.ts';
import type { SessionOwner } from '../model/recording.ts';
import type { Reservation } from '../model/reservation.ts';
import type { VolumeSpec } from '../model/volume.ts';
import type { Cluster } from '../state/cluster.ts';
import { neighboursOf } from '../state/containers/beside-known.ts';
import { findPolicy, refuseByPolicy } from '../state/policies.ts';
import { requireBesides } from './access-guard.ts';
import { callerOf } from './audit-requests.ts';
import { refuseBeyondScope, withinScope } from './within-scope.ts';

declare module '@hapi/hapi' {
  interface RequestApplicationState {
    /** The policy refusal of the request. */
    refusedBy?: PolicyRefusal;
  }
}

type Asked = Pick<Request, 'app'>;

/** The policy of the caller's role. Throws `no_such_policy`. */
export function policyOfCaller(cluster: Pick<Cluster, 'cache' | 'clock'>, { app }: Asked): Policy | undefined {
  const name = new AccessControl(cluster.cache, cluster.clock).policyOf(app.principal ?? anyone);
  return name === undefined ? undefined : findPolicy(cluster, name);
}

/**
 * Applies the caller's restrictions to an image config: it names the policy of the caller's role, which is checked
 * whenever a container is created from it, and only secrets that the caller may read. Throws `forbidden`,
 * `volume_in_use`, `no_such_policy`, `no_such_project`.
 */
export function underPolicy(
  cluster: Pick<Cluster, 'cache' | 'clock' | 'pool'>,
  asked: Asked,
  given: ImageConfig,
  { areRouters = false }: { readonly areRouters?: boolean } = {},
): ImageConfig {
  const image = withinScope(cluster, asked, given);
  requireSecrets(cluster, asked, image);
  if (!areRouters) refuseRouterVolumes(cluster, image);
  const policy = policyOfCaller(cluster, asked);
  const held = policy ? { ...image, policy: policy.name } : image;
  noting(asked, () => refuseByPolicy(cluster, held));
  return held;
}

/**
 * The owner of a recorded exec or attach session, if the caller's policy requires recording. Throws `no_such_policy`.
 */
export function recordedOwner(
  cluster: Pick<Cluster, 'cache' | 'clock'>,
  { app, info }: Asked & Pick<Request, 'info'>,
): SessionOwner | undefined {
  if (!policyOfCaller(cluster, { app })?.rules.record_sessions) return undefined;
  return { ...callerOf({ app, info }), request: info.id };
}

/** A volume's driver options could mount a host folder. Throws `forbidden`, `no_such_policy`. */
export function refuseVolume(
  cluster: Pick<Cluster, 'cache' | 'clock' | 'pool'>,
  asked: Asked,
  volume: VolumeSpec,
): void {
  const policy = policyOfCaller(cluster, asked);
  if (policy) noting(asked, () => refuseViolations(policy, cluster.pool.violations(policy.rules, { volume })));
}

/** Checks configs that others may have defined. The returned function throws `forbidden`, `no_such_policy`. */
export function approvalOf(cluster: Pick<Cluster, 'cache' | 'clock' | 'pool'>, asked: Asked): Approval {
  return {
    policy: policyOfCaller(cluster, asked)?.name,
    approve: (image) => {
      refuseBeyondScope(cluster, asked, image);
      requireSecrets(cluster, asked, image);
      const policy = policyOfCaller(cluster, asked);
      if (policy) noting(asked, () => refuseByPolicy(cluster, image, policy));
    },
  };
}

/**
 * A container's creator controls what it runs, and so can print its secrets, and those of containers whose volumes or
 * processes it shares. Throws `forbidden`.
 */
function requireSecrets(cluster: Pick<Cluster, 'cache' | 'clock'>, asked: Asked, image: ImageConfig): void {
  const { links: _, network_mode: __, ipc_mode: ___, networks: ____, ...seeing } = image;
  const seen = neighboursOf(seeing).flatMap(({ reference }) => recordsOf(cluster, reference));
  const hasSecrets = [image, ...seen.map((each) => each.image)].some(({ secrets = [] }) => secrets.length > 0);
  if (hasSecrets) requireBesides(cluster, asked, { verb: 'reveal', noun: 'secret' });
}

function recordsOf({ cache }: Pick<Cluster, 'cache'>, reference: string): Reservation[] {
  const known = cache.containers.find(reference).flatMap(({ summary }) => cache.reservationsOf(summary.id));
  return [...known, ...cache.named(reference)];
}

/** Also called by doors that build their own error answers. */
export function noteRefusal({ app }: Asked, error: unknown): void {
  if (error instanceof SatsumaError && isPolicyRefusal(error.details)) app.refusedBy = error.details;
}

function noting(asked: Asked, refuse: () => void): void {
  try {
    refuse();
  } catch (error) {
    noteRefusal(asked, error);
    throw error;
  }
}
