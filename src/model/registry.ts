/** The credentials of an image registry, as the store keeps them. */
export interface RegistryRecord {
  readonly username: string;
  /** Encrypted with the registry key. */
  readonly password: string;
  /** RFC 3339. */
  readonly savedAt: string;
}

/** The credentials that an engine gets for a pull. Never logged, stored or returned. */
export interface RegistryCredentials {
  readonly server: string;
  readonly username: string;
  readonly password: string;
}

export const dockerHub = 'docker.io';

/** The registry of an image: `registry:5000/team/web:2` is in `registry:5000`, `redis` on Docker Hub. */
export function registryOf(imageName: string): string {
  const [first = '', ...rest] = imageName.split('/');
  // As in Docker: a first part with uppercase letters is a host too, because Docker Hub names are lowercase.
  const isHost = rest.length > 0 && (/[.:]|^localhost$/.test(first) || first !== first.toLowerCase());
  return isHost ? canonicalRegistry(first) : dockerHub;
}

/**
 * The canonical name of a registry: `https://Registry:5000/v2/` becomes `registry:5000`; all names of Docker Hub become
 * one.
 */
export function canonicalRegistry(server: string): string {
  const host = server
    .replace(/^https?:\/\//i, '')
    .replace(/\/.*$/, '')
    .toLowerCase();
  return /^(index|registry-1|registry\.hub|www)?\.?docker\.(io|com)$/.test(host) ? dockerHub : host;
}
