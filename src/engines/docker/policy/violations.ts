import { attachmentsOf, type ImageConfig } from '../../../model/image-config.ts';
import type { PolicyRules, PolicyViolation } from '../../../model/policy.ts';
import type { VolumeSpec } from '../../../model/volume.ts';
import { toEndpoint } from '../networking.ts';
import { toDockerSpec } from '../spec.ts';
import { checkBody } from './check-body.ts';
import { checkEndpoint, checkNetworkMode } from './check-namespaces.ts';
import { checkVolume } from './check-volume.ts';
import { Report } from './report.ts';

/**
 * Violations of an image config, independent of the engine: limits and labels that an engine adds are not subject to
 * rules.
 */
export function violationsOfImage(rules: PolicyRules, image: ImageConfig): readonly PolicyViolation[] {
  const body = toDockerSpec({ image, name: image.container_name ?? '', labels: {}, maximumCpus: image.cpus ?? 1 });
  return [...checkBody(rules, body), ...violationsOfNetworks(rules, image)];
}

/** Checks all networks: the create body only has the first one; the others are connected afterwards. */
export function violationsOfNetworks(rules: PolicyRules, image: ImageConfig): readonly PolicyViolation[] {
  const report = new Report(rules);
  for (const [index, { name, ...endpoint }] of attachmentsOf(image).entries()) {
    const path = `networks[${index}]`;
    checkNetworkMode(report, name, path);
    if (index > 0) checkEndpoint(report, toEndpoint(endpoint), path);
  }
  return report.violations;
}

export function violationsOfVolume(
  rules: PolicyRules,
  { driver, options }: VolumeSpec,
  path = 'options',
): readonly PolicyViolation[] {
  const report = new Report(rules);
  checkVolume(report, { driver, options }, path);
  return report.violations;
}
