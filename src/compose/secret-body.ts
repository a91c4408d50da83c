import type { NewSecretBody } from '../api/secret.ts';
import { configLabel, projectLabel } from '../application/labels.ts';
import { given } from '../model/given.ts';
import type { DesiredSecret } from './desired.ts';

interface SecretOwner {
  /** The Compose project. */
  readonly project: string;
  /** The project of Satsuma. */
  readonly owner: string | undefined;
}

/** The body of POST /apiv1/secret. The label identifies the secret for `down`: its name alone is not unique to the project. */
export function secretBody(
  kind: 'secret' | 'config',
  { key, name }: DesiredSecret,
  value: Buffer,
  { project, owner }: SecretOwner,
): Extract<NewSecretBody, { readonly value_base64: string }> {
  const labels = { [projectLabel]: project, ...(kind === 'config' && { [configLabel]: key }) };
  return { name, value_base64: value.toString('base64'), labels, ...given({ project: owner }) };
}
