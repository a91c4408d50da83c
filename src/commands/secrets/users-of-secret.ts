import type { ImageConfig } from '../../model/image-config.ts';
import type { Scope } from '../../model/scope.ts';
import type { Cluster } from '../../state/cluster.ts';
import { isImageWithin } from '../../state/scopes.ts';
import { imageConfigsInUse } from '../image-configs-in-use.ts';

/** The users of a secret, sorted: services, jobs, saved image configs, and containers of this installation. */
export async function usersOfSecret(cluster: Cluster, name: string, scope?: Scope): Promise<string[]> {
  const users = new Set<string>();
  for await (const { image, user } of imageConfigsInUse(cluster))
    if (hasSecret(image, name) && isImageWithin(scope, image)) users.add(user);
  for (const { value } of await cluster.store.reservations()) {
    const isSingle = value.replica === undefined && value.task === undefined && !value.isForeign;
    if (isSingle && hasSecret(value.image, name) && isImageWithin(scope, value.image))
      users.add(`container ${value.name}`);
  }
  return [...users].sort();
}

function hasSecret({ secrets = [] }: Partial<ImageConfig>, name: string): boolean {
  return secrets.some((file) => file.name === name);
}
