import { SatsumaError } from '../../../model/errors.ts';
import { refuseViolations } from '../../../model/policy-refusal.ts';
import type { ContainerSpec } from '../../engine-client.ts';
import type { NetworkOperations, VolumeOperations } from '../../volume-operations.ts';
import { checkBody } from './check-body.ts';
import { violationsOfNetworks } from './violations.ts';
import { violationsOnEngine } from './violations-on-engine.ts';

/**
 * Checks the policy immediately before the create body is sent. Fails if the image config names a policy and the caller
 * did not pass it. Throws `forbidden`, `no_such_policy`.
 */
export async function enforcePolicy(
  engine: Pick<VolumeOperations & NetworkOperations, 'inspectVolume' | 'inspectNetwork'>,
  { image, policy }: Pick<ContainerSpec, 'image' | 'policy'>,
  body: object,
): Promise<void> {
  if (policy === undefined && image.policy === undefined) return;
  if (policy === undefined) throw new SatsumaError('no_such_policy', `the policy ${image.policy} was not provided`);
  refuseViolations(policy, [...checkBody(policy.rules, body), ...violationsOfNetworks(policy.rules, image)]);
  refuseViolations(policy, await violationsOnEngine(engine, policy.rules, body));
}
