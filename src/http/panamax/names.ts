import { createHash } from 'node:crypto';

const mostCharacters = 128;

/** The id of a service, as the adapter for fleet made them and its clients know them. Has nothing that a URL escapes. */
export function idOf(serviceName: string): string {
  return `${serviceName}.service`;
}

/** The bare name is understood as well. */
export function serviceNameOf(id: string): string {
  return id.replace(/\.service$/, '');
}

/** A name that a service can have: the one it was given, or one as close to it as can be. */
export function toServiceName(given: string): string {
  const plain = given
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-zA-Z0-9_.-]+/g, '-')
    .replace(/^[^a-zA-Z0-9]+|[^a-zA-Z0-9]+$/g, '')
    .slice(0, mostCharacters);
  return plain || `service-${createHash('sha256').update(given).digest('hex').slice(0, 8)}`;
}
