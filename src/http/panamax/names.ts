import { createHash } from 'node:crypto';

const maxCharacters = 128;

/**
 * The id of a service, in the format of the fleet adapter, which its clients expect. Contains no characters that need
 * URL escaping.
 */
export function idOf(serviceName: string): string {
  return `${serviceName}.service`;
}

/** Also accepts the bare name. */
export function serviceNameOf(id: string): string {
  return id.replace(/\.service$/, '');
}

/** Converts a name to the closest valid service name. */
export function toServiceName(given: string): string {
  const plain = given
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-zA-Z0-9_.-]+/g, '-')
    .replace(/^[^a-zA-Z0-9]+|[^a-zA-Z0-9]+$/g, '')
    .slice(0, maxCharacters);
  return plain || `service-${createHash('sha256').update(given).digest('hex').slice(0, 8)}`;
}
