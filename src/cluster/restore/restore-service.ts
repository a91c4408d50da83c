import type { ImageConfig } from '../../model/image-config.ts';
import type { NewReservation } from '../../model/reservation.ts';
import type { Replica, ServiceGeneration, ServiceRecord } from '../../model/service.ts';
import type { DocumentChange } from '../../store/store.ts';
import { timestamp } from '../clock.ts';
import type { Cluster } from '../cluster.ts';
import { generationId } from '../services/find-service.ts';
import { hasFingerprint } from '../services/fingerprint.ts';
import { type Origin, type ServiceOrigin, templateOf } from './origin.ts';

/** A replica whose service the store does not know, or not as late a generation of it. */
export interface ReplicaEvidence {
  readonly replica: Replica & { readonly serviceId: string };
  readonly origin: Origin & { readonly service: ServiceOrigin };
  readonly image: NewReservation['image'];
}

/** Whether the store would learn of the service by that. One that somebody changed since it was made again is what it is. */
export function isNewsOfService(known: ServiceRecord | undefined, id: string, generation: () => number): boolean {
  if (!known) return true;
  return known.id === id && known.restoredAs === known.generation && generation() > known.generation;
}

/**
 * Makes the record of a service again, by what its replicas on one engine carry; the latest generation wins. Engines may
 * bring replicas of one service in any order, on several servers: only one of two writes counts, and the other is made
 * again at the next look.
 */
export async function restoreService(cluster: Cluster, evidence: readonly ReplicaEvidence[]): Promise<void> {
  const { store, mirror, clock, logger } = cluster;
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
  if (!isNewsOfService(known?.value, id, () => generation)) return;
  if (!known && (await store.read('tombstone', id))) return;
  const now = timestamp(clock);
  const kept = known?.value ?? { id, createdAt: origin.createdAt, isPaused: false, resumes: 0, isRemoved: false };
  const asked = { generation, template, spec: { ...spec, image }, cause: 'restore' } as const;
  const record: ServiceRecord = { ...kept, ...asked, updatedAt: now, restoredAs: generation };
  const written = await store.write([
    ...generationsOf(read.filter(({ replica: { serviceId } }) => serviceId === id)),
    { kind: 'service', id: name, value: record, ifVersion: known?.version ?? 0 },
  ]);
  if (!written.ok) return;
  logger.info({ service: name, generation }, 'service made again from the labels of its containers');
  await mirror.catchUp();
}

/** The image config of its template, if that is certain. */
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
    // What replicas of an earlier template are started from has the number of the template.
    for (const number of [generation, template]) {
      const id = generationId(replica.service, number);
      if (!byNumber.has(number)) byNumber.set(number, { kind: 'service-generation', id, value });
    }
  }
  return [...byNumber.values()];
}
