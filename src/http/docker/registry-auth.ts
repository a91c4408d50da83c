import type { Request } from '@hapi/hapi';
import { credentialsFor } from '../../execution/images/registry-credentials.ts';
import { dockerAuthHeader, toDockerAuth } from '../../model/docker-auth.ts';
import { type RegistryCredentials, registryOf } from '../../model/registry.ts';
import type { Cluster } from '../../state/cluster.ts';

/**
 * The header with credentials for the registry of an image: the client's own where it sent some, else those that Satsuma has of it. Nothing of it is
 * kept or logged. Throws `registry_key`.
 */
export async function registryHeader(
  cluster: Cluster,
  { headers }: Pick<Request, 'headers'>,
  image: string,
): Promise<Readonly<Record<string, string>>> {
  const given = headers['x-registry-auth'];
  if (typeof given === 'string' && saysSomething(given)) return { 'x-registry-auth': given };
  const own = await credentialsFor(cluster, image);
  // A push without the header is refused.
  return { 'x-registry-auth': dockerAuthHeader(own ? toDockerAuth(own) : {}) };
}

/** For a pull; undefined: the client sent no password. */
export function credentialsIn({ headers }: Pick<Request, 'headers'>, image: string): RegistryCredentials | undefined {
  const { username, password } = fieldsIn(headers['x-registry-auth']);
  if (typeof username !== 'string' || typeof password !== 'string' || username === '') return undefined;
  return { server: registryOf(image), username, password };
}

/** Clients without credentials send an empty object, and some its fields empty. */
function saysSomething(header: string): boolean {
  return Object.entries(fieldsIn(header)).some(([key, value]) => key !== 'serveraddress' && Boolean(value));
}

/**
 * The fields of `X-Registry-Auth`, or the credentials by registry of `X-Registry-Config`. What makes no sense is none, as docker's daemon has it. The
 * listener limits its length.
 */
export function fieldsIn(header: unknown): Readonly<Record<string, unknown>> {
  if (typeof header !== 'string' || !/^[\w+/=-]+$/.test(header)) return {};
  try {
    return Object(JSON.parse(Buffer.from(header, 'base64').toString()));
  } catch {
    return {};
  }
}
