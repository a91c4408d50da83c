import { findService, generationId } from '../../decisions/services/find-service.ts';
import { keptNumbers } from '../../model/kept-numbers.ts';
import type { ServiceGeneration } from '../../model/service.ts';
import type { Cluster } from '../../state/cluster.ts';

/** Number of concurrent reads from the store. */
const atOnce = 32;

export type NumberedGeneration = ServiceGeneration & { readonly generation: number };

/** All stored generations, oldest first. Throws `no_such_service`. */
export async function listGenerations(cluster: Cluster, name: string): Promise<NumberedGeneration[]> {
  const { generation: last, kept } = await findService(cluster, name);
  const all = keptNumbers(kept, last);
  const found: NumberedGeneration[] = [];
  for (let first = 0; first < all.length; first += atOnce) {
    const numbers = all.slice(first, first + atOnce);
    found.push(...(await Promise.all(numbers.map((generation) => read(cluster, name, generation)))).flat());
  }
  return found;
}

async function read({ store }: Cluster, name: string, generation: number): Promise<NumberedGeneration[]> {
  const found = await store.read('service-generation', generationId(name, generation));
  return found ? [{ generation, ...found.value }] : [];
}
