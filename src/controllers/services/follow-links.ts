import { isDeepStrictEqual } from 'node:util';
import { lostLead } from '../../decisions/lost-lead.ts';
import { linksUpdated } from '../../decisions/services/next-record.ts';
import { isDone } from '../../decisions/services/rollout.ts';
import { changesTo, changesToRenew } from '../../decisions/services/service-writes.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import type { ServiceRecord } from '../../model/service.ts';
import { contentHash } from '../../runtime/content-hash.ts';
import { timestamp } from '../../state/clock.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { Fence } from '../../store/store.ts';

type Linked = NonNullable<ServiceRecord['linked']>;

const hashes = new WeakMap<object, string>();
const noEnvironment = {};

/**
 * A replica gets the environment of the services it is linked to. Once a changed environment is fully rolled out, this
 * creates a new generation with a new template, like any update. True: the record was written. Throws
 * `reservation_lost` if another server leads.
 */
export async function followLinks(
  cluster: Cluster,
  name: string,
  record: ServiceRecord,
  fence: Fence,
): Promise<boolean> {
  const linked = linkedNow(cluster, record);
  if (record.isRemoved || isDeepStrictEqual(linked, record.linked ?? {})) return false;
  const found = await cluster.store.read('service', name);
  // The record changed meanwhile: the next pass uses the new one.
  if (!found || found.value.id !== record.id || found.value.generation !== record.generation) return true;
  const isOther = Object.entries(linked).some(([service, hash]) => (record.linked?.[service] ?? hash) !== hash);
  const changes = isOther
    ? changesToRenew(cluster, name, found, {
        ...linksUpdated(found.value),
        ...{ linked, updatedAt: timestamp(cluster.clock) },
      })
    : changesTo(name, { ...found.value, linked }, found.version, false);
  const written = await cluster.store.write(changes, { lease: fence });
  if (!written.ok && written.conflict === 'lease') throw lostLead('services');
  if (written.ok && isOther) cluster.logger.info({ service: name }, 'environment of a linked service changed');
  await cluster.cache.catchUp();
  return true;
}

/** Hashes of linked services that exist and are fully rolled out. During a rollout the previous hash stays. */
function linkedNow({ cache }: Cluster, { spec: { links = {} }, linked = {} }: ServiceRecord): Linked {
  const entries = Object.keys(links).flatMap((service) => {
    const record = cache.services.get(service)?.value;
    const rollout = cache.serviceStatuses.get(service)?.value.rollout;
    const isOut = rollout !== undefined && isDone(rollout) && rollout.template === record?.template;
    const hash = isOut && !record.isRemoved ? hashOf(record.spec.image) : linked[service];
    return hash === undefined ? [] : [[service, hash] as const];
  });
  return Object.fromEntries(entries);
}

/** Cached per object: every pass needs it. */
function hashOf({ environment = noEnvironment }: ImageConfig): string {
  const hash = hashes.get(environment) ?? contentHash(environment).slice(0, 16);
  hashes.set(environment, hash);
  return hash;
}
