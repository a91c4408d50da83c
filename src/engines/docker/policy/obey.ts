import { SatsumaError } from '../../../model/errors.ts';
import { refuseViolations } from '../../../model/policy-refusal.ts';
import type { ContainerSpec } from '../../engine-client.ts';
import type { NetworkOperations, VolumeOperations } from '../../volume-operations.ts';
import { checkBody } from './check-body.ts';
import { violationsOfNetworks } from './violations.ts';
import { violationsOnEngine } from './violations-on-engine.ts';

/**
 * The last step before the body of a create is sent. Nothing is sent that the policy refuses; whoever forgets to hand over
 * the policy that the image config names gets nothing made. Throws `forbidden`, `no_such_policy`.
 */
export async function obeyPolicy(
  engine: Pick<VolumeOperations & NetworkOperations, 'inspectVolume' | 'inspectNetwork'>,
  { image, policy }: Pick<ContainerSpec, 'image' | 'policy'>,
  body: object,
): Promise<void> {
  if (policy === undefined && image.policy === undefined) return;
  if (policy === undefined) throw new SatsumaError('no_such_policy', `the policy ${image.policy} is not at hand`);
  refuseViolations(policy, [...checkBody(policy.rules, body), ...violationsOfNetworks(policy.rules, image)]);
  refuseViolations(policy, await violationsOnEngine(engine, policy.rules, body));
}
