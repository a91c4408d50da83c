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
 * A replica gets the environment of the services that it is linked to. Where that changed, and is brought out, this makes a
 * new generation with a new template: an update like any other. True: the record was written. Throws `reservation_lost`
 * where another server leads.
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
  // It was changed meanwhile: that is looked at next.
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

/** Of services that are there and brought out; until then what was known of them holds. */
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

/** Worked out once for each object: every pass asks. */
function hashOf({ environment = noEnvironment }: ImageConfig): string {
  const hash = hashes.get(environment) ?? contentHash(environment).slice(0, 16);
  hashes.set(environment, hash);
  return hash;
}
