import { SatsumaError } from '../../model/errors.ts';
import { maxShipyardRecords, type ShipyardRecord } from '../../model/shipyard.ts';
import type { Cluster } from '../../state/cluster.ts';

type Type = ShipyardRecord['type'];
type RecordOf<T extends Type> = Extract<ShipyardRecord, { type: T }> & { readonly id: string };

/** Sorted by id. */
export async function listRecords<T extends Type>({ store }: Pick<Cluster, 'store'>, type: T): Promise<RecordOf<T>[]> {
  const all = await store.list('shipyard');
  return all.flatMap(({ id, value }) => (value.type === type ? [{ ...value, id } as RecordOf<T>] : []));
}

/** Throws `invalid` if there are too many. */
export async function keepRecord(cluster: Pick<Cluster, 'store'>, id: string, value: ShipyardRecord): Promise<void> {
  if ((await listRecords(cluster, value.type)).length >= maxShipyardRecords) {
    throw new SatsumaError('invalid', `there are ${maxShipyardRecords} of them already: remove one first`);
  }
  await cluster.store.write([{ kind: 'shipyard', id, value }]);
}

export async function removeRecord({ store }: Pick<Cluster, 'store'>, id: string): Promise<void> {
  await store.write([{ kind: 'shipyard', id }]);
}
