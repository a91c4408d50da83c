import { isSatsumaError } from '../../../model/errors.ts';
import type { PolicyRules, PolicyViolation } from '../../../model/policy.ts';
import type { NetworkOperations, VolumeOperations } from '../../volume-operations.ts';
import { namedVolumes } from './check-mounts.ts';
import { objectOf } from './report.ts';
import { violationsOfVolume } from './violations.ts';

/**
 * Violations that only the engine can detect: a named volume that was created from a host folder, and the host network
 * referenced by id.
 */
export async function violationsOnEngine(
  engine: Pick<VolumeOperations & NetworkOperations, 'inspectVolume' | 'inspectNetwork'>,
  rules: PolicyRules,
  body: object,
): Promise<readonly PolicyViolation[]> {
  const host = objectOf((body as { readonly HostConfig?: unknown }).HostConfig) ?? {};
  const ofVolumes = namedVolumes(host).map(async (name) => {
    const volume = await engine.inspectVolume(name).catch(ignoreAbsent);
    return volume ? violationsOfVolume(rules, volume, `volume ${name}`) : [];
  });
  const { host_namespaces = [] } = rules;
  const mode = String(host.NetworkMode ?? '');
  // A network id is hexadecimal, and a prefix of it is enough.
  const network =
    /^[0-9a-f]+$/.test(mode) && !host_namespaces.includes('network')
      ? await engine.inspectNetwork(mode).catch(ignoreAbsent)
      : undefined;
  const isHosts = network?.name === 'host' || network?.driver === 'host';
  const message = 'it is the network of the host';
  const ofNetwork = isHosts ? [{ rule: 'host_namespaces' as const, path: 'HostConfig.NetworkMode', message }] : [];
  return [...ofNetwork, ...(await Promise.all(ofVolumes)).flat()];
}

function ignoreAbsent(error: unknown): undefined {
  if (!isSatsumaError(error, 'no_such_volume', 'no_such_network')) throw error;
}
