import type { Request } from '@hapi/hapi';
import { credentialsFor } from '../../execution/images/registry-credentials.ts';
import { dockerHub, type RegistryCredentials, registryOf } from '../../model/registry.ts';
import type { Cluster } from '../../state/cluster.ts';

const longest = 16 * 1024;

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
  const fields = own
    ? {
        ...{ username: own.username, password: own.password },
        serveraddress: own.server === dockerHub ? 'https://index.docker.io/v1/' : own.server,
      }
    : {};
  // In the alphabet for URLs, and padded: what is not padded Docker takes for nothing at all.
  const text = Buffer.from(JSON.stringify(fields)).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
  return { 'x-registry-auth': text };
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

/** What makes no sense is none, as docker's daemon has it. */
function fieldsIn(header: unknown): Readonly<Record<string, unknown>> {
  if (typeof header !== 'string' || header.length > longest || !/^[\w+/=-]+$/.test(header)) return {};
  try {
    return Object(JSON.parse(Buffer.from(header, 'base64').toString()));
  } catch {
    return {};
  }
}
