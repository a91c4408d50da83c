import { dockerHub, type RegistryCredentials } from '../../model/registry.ts';

/** Docker Hub goes by the address of its first version. */
export function toAuthConfig({ server, username, password }: RegistryCredentials) {
  const serveraddress = server === dockerHub ? 'https://index.docker.io/v1/' : server;
  return { username, password, serveraddress };
}
