import { dockerHub, type RegistryCredentials } from './registry.ts';

/** Credentials in Docker's form. Docker Hub goes by the address of its first version. */
export function toDockerAuth({ server, username, password }: RegistryCredentials) {
  const serveraddress = server === dockerHub ? 'https://index.docker.io/v1/' : server;
  return { username, password, serveraddress };
}

/** URL-safe base64 with padding, for `X-Registry-Auth` and `X-Registry-Config`: without padding, Docker ignores the value. */
export function dockerAuthHeader(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}
