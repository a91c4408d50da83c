/** How a registry of images is logged in to, as the store has it. */
export interface RegistryRecord {
  readonly username: string;
  /** Encrypted; see the key of registries. */
  readonly password: string;
  /** RFC 3339. */
  readonly savedAt: string;
}

/** What an engine is given with a pull. Never logged, stored or answered. */
export interface RegistryCredentials {
  readonly server: string;
  readonly username: string;
  readonly password: string;
}

export const dockerHub = 'docker.io';

/** The registry that an image comes from: `registry:5000/team/web:2` is from `registry:5000`, `redis` from Docker Hub. */
export function registryOf(imageName: string): string {
  const [first = '', ...rest] = imageName.split('/');
  // As Docker has it: letters that no name of Docker Hub has are a host, too.
  const isHost = rest.length > 0 && (/[.:]|^localhost$/.test(first) || first !== first.toLowerCase());
  return isHost ? canonicalRegistry(first) : dockerHub;
}

/** The one spelling of a registry: `https://Registry:5000/v2/` is `registry:5000`; all names of Docker Hub are one. */
export function canonicalRegistry(server: string): string {
  const host = server
    .replace(/^https?:\/\//i, '')
    .replace(/\/.*$/, '')
    .toLowerCase();
  return /^(index|registry-1|registry\.hub|www)?\.?docker\.(io|com)$/.test(host) ? dockerHub : host;
}
