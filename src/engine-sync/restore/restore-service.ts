import { generationId, generationRemovals } from '../../decisions/services/find-service.ts';
import { tombstoneChanges } from '../../decisions/tombstones.ts';
import { hasFingerprint } from '../../labels/fingerprint.ts';
import { type Origin, type ServiceOrigin, templateOf } from '../../labels/origin.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import { keptCount, keptNumbers } from '../../model/kept-numbers.ts';
import type { NewReservation } from '../../model/reservation.ts';
import type { Replica, ServiceGeneration, ServiceRecord } from '../../model/service.ts';
import { timestamp } from '../../state/clock.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { DocumentChange, Store } from '../../store/store.ts';

/** A replica whose service, or generation of it, is missing in the store. */
export interface ReplicaEvidence {
  readonly replica: Replica & { readonly serviceId: string };
  readonly origin: Origin & { readonly service: ServiceOrigin };
  readonly image: NewReservation['image'];
}

/** The service data in a container's labels. */
interface Found {
  readonly generation: number;
  /** RFC 3339 */
  readonly createdAt: string;
}

/**
 * `news`: the replica adds information about the service. `removed`: the service was removed before the store was lost,
 * or must be removed now. A name belongs to one service at a time: of two services in the lost store, the later one was
 * created after the earlier one was removed. A service that was changed since it was restored is left alone.
 */
export function judgeService(
  known: ServiceRecord | undefined,
  id: string,
  found: () => Found | undefined,
): 'news' | 'removed' | undefined {
  if (!known) return 'news';
  const isAsRestored = known.restoredAs === known.generation;
  if (known.id === id) return isAsRestored && (found()?.generation ?? 0) > known.generation ? 'news' : undefined;
  // Created after the loss: leftovers of the lost store need a decision by the operator.
  if (known.restoredAs === undefined) return undefined;
  const isLater = Date.parse(found()?.createdAt ?? '') > Date.parse(known.createdAt);
  return isAsRestored && !known.isRemoved && isLater ? 'news' : 'removed';
}

/**
 * Recreates a service's record from the labels of its replicas on one engine; the latest generation wins. Several
 * servers may find replicas of one service at the same time: one of their writes fails, and is repeated at the next
 * resync.
 */
export async function restoreService(cluster: Cluster, evidence: readonly ReplicaEvidence[]): Promise<void> {
  const { store, cache, clock, logger } = cluster;
  const read = evidence.flatMap((each) => {
    const image = originalImage(each);
    return image ? [{ ...each, image }] : [];
  });
  const [latest] = read.sort((a, b) => b.origin.service.generation - a.origin.service.generation);
  if (!latest) return;
  const { replica, origin, image } = latest;
  const { service: name, serviceId: id } = replica;
  const { generation, template, spec } = origin.service;
  const known = await store.read('service', name);
  const judgement = judgeService(known?.value, id, () => ({ generation, createdAt: origin.createdAt }));
  const now = timestamp(clock);
  if (judgement === undefined || (await store.read('tombstone', id))) return;
  if (judgement === 'removed') {
    const written = await store.write(await tombstoneChanges(store, { id, isNeeded: true, now }));
    if (written.ok)
      logger.info({ service: name, serviceId: id }, 'containers of an earlier service with this name remain');
    return;
  }
  const isSame = known?.value.id === id;
  const fresh = { id, createdAt: origin.createdAt, isPaused: false, resumes: 0, isRemoved: false };
  const asked = { generation, template, spec: { ...spec, image }, cause: 'restore' } as const;
  const record: ServiceRecord = { ...(isSame ? known.value : fresh), ...asked, updatedAt: now, restoredAs: generation };
  const generations = generationsOf(read.filter(({ replica: { serviceId } }) => serviceId === id));
  const isMadeAgain = new Set(generations.map((each) => each.id));
  const before = known && !isSame ? await succeeded(store, name, known.value, now) : [];
  const written = await store.write([
    ...before.filter((each) => !isMadeAgain.has(each.id)),
    ...generations,
    { kind: 'service', id: name, value: record, ifVersion: known?.version ?? 0 },
  ]);
  if (!written.ok) return;
  logger.info({ service: name, generation }, 'service restored from container labels');
  await cache.catchUp();
}

/** All documents of a restored service that was removed before the one being restored. */
async function succeeded(
  store: Store,
  name: string,
  { id = '', kept, generation }: ServiceRecord,
  now: string,
): Promise<DocumentChange[]> {
  return [
    ...generationRemovals(name, keptNumbers(kept, generation).slice(-keptCount)),
    { kind: 'service-status', id: name },
    ...(await tombstoneChanges(store, { id, isNeeded: true, now })),
  ];
}

/** The image config of its template, if it is certain. */
function originalImage({ image, origin, replica: { fingerprint } }: ReplicaEvidence): ImageConfig | undefined {
  const template = templateOf(image, origin);
  const { spec } = origin.service;
  return [template, { ...template, environment: {} }].find(
    (each) => fingerprint !== undefined && hasFingerprint({ ...spec, image: each }, fingerprint),
  );
}

function generationsOf(evidence: readonly ReplicaEvidence[]): DocumentChange[] {
  const byNumber = new Map<number, DocumentChange>();
  for (const { replica, origin, image } of evidence) {
    const { generation, template, spec } = origin.service;
    const value: ServiceGeneration = {
      ...{ template, spec: { ...spec, image }, cause: 'restore', createdAt: origin.createdAt },
    };
    // Replicas of the earlier template are created from the generation with the template's number.
    for (const number of [generation, template]) {
      const id = generationId(replica.service, number);
      if (!byNumber.has(number)) byNumber.set(number, { kind: 'service-generation', id, value });
    }
  }
  return [...byNumber.values()];
}
