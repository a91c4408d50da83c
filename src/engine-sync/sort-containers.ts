import { nameLabel } from '../labels/container-labels.ts';
import { type Evidence, readLabels } from '../labels/read-labels.ts';
import type { ContainerSummary } from '../model/container.ts';
import type { EngineRecord } from '../model/engine.ts';
import { canonicalImageName, isImageId } from '../model/image-name.ts';
import { runId } from '../model/job.ts';
import type { NewReservation } from '../model/reservation.ts';
import type { Cluster } from '../state/cluster.ts';

/** The containers of an engine, by ownership. */
export interface SortedContainers {
  /** Containers of Satsuma without a bound record: the content of their labels, by container id. */
  readonly believed: ReadonlyMap<string, Believed>;
  readonly foreign: readonly ContainerSummary[];
  /** Foreign containers with copied labels, by container id: the reservation in those labels. */
  readonly copies: ReadonlyMap<string, string>;
}

interface Believed {
  readonly container: ContainerSummary;
  readonly reservation: NewReservation;
  /** Its labels are unsigned: its claims come from the engine. */
  readonly isUnsigned: boolean;
}

/**
 * Distinguishes Satsuma's containers from foreign ones. The store is authoritative, and labels are evidence: the
 * container of a bound record is Satsuma's whatever its labels, and labels that contradict a record (of another
 * container or engine) make a container foreign, such as a copy made by `docker commit`. Of several containers with the
 * same labels and no record, one is Satsuma's. A container that was seen as a copy remains one after the original is
 * gone.
 */
export function sortContainers(
  cluster: Pick<Cluster, 'cache' | 'installation'>,
  engine: Pick<EngineRecord, 'id' | 'daemon'>,
  containers: readonly ContainerSummary[],
): SortedContainers {
  const { cache, installation } = cluster;
  const foreign: ContainerSummary[] = [];
  const copies = new Map<string, string>();
  const copied = (container: ContainerSummary, reservationId: string) => {
    foreign.push(container);
    copies.set(container.id, reservationId);
  };
  const candidates = new Map<string, Believed[]>();
  for (const container of containers) {
    const isRecorded = cache
      .reservationsOf(container.id)
      .some((each) => each.engineId === engine.id && !each.isForeign);
    if (isRecorded) continue;
    const evidence = readLabels(installation, container, engine);
    if (evidence.kind !== 'foreign' && isCopy(cluster, container, evidence)) {
      copied(container, evidence.reservation.id);
      continue;
    }
    const reservation = evidence.kind === 'foreign' ? undefined : believedOf(cluster, container, evidence);
    if (!reservation) foreign.push(container);
    else {
      const believed = { container, reservation, isUnsigned: evidence.kind === 'unsigned' };
      candidates.set(reservation.id, [...(candidates.get(reservation.id) ?? []), believed]);
    }
  }
  const believed = new Map<string, Believed>();
  for (const [reservationId, each] of candidates) {
    const [first, ...others] = each.sort(originalFirst(cache.record(reservationId)?.value.name));
    if (first) believed.set(first.container.id, first);
    for (const { container } of others) copied(container, reservationId);
  }
  return { believed, foreign, copies };
}

type OursByLabels = Extract<Evidence, { kind: 'ours' | 'unsigned' }>;

/** Its labels belong to another container, by the record of their reservation, or because both were seen together. */
function isCopy(
  { cache }: Pick<Cluster, 'cache'>,
  { id }: ContainerSummary,
  { kind, reservation }: OursByLabels,
): boolean {
  const record = cache.record(reservation.id)?.value;
  if (!record) return cache.reservationsOf(id).some(({ copyOf }) => copyOf === reservation.id);
  const isItsOwn = record.engineId === reservation.engineId && (record.containerId ?? id) === id;
  return !isItsOwn || (kind === 'unsigned' && record.isSigned === true);
}

function believedOf(
  { cache }: Pick<Cluster, 'cache'>,
  container: ContainerSummary,
  { kind, reservation }: OursByLabels,
): NewReservation | undefined {
  if (cache.record(reservation.id)) return reservation;
  if (isMadeFromOther(container, reservation)) return undefined;
  if (kind === 'ours' || !reservation.task || isAttempt({ cache }, container, reservation.task)) return reservation;
  const { task: _, ...rest } = reservation;
  return rest;
}

/** An image committed from a container inherits its labels. An image whose name was reassigned is shown as an id. */
function isMadeFromOther({ imageName }: ContainerSummary, { image }: NewReservation): boolean {
  // Podman adds this prefix.
  const reported = canonicalImageName(imageName.replace(/^localhost\//, ''));
  return !isImageId(imageName) && reported !== canonicalImageName(image.name.replace(/^localhost\//, ''));
}

/** A container that a job's attempt records, without its reservation. */
function isAttempt(
  { cache }: Pick<Cluster, 'cache'>,
  { id }: ContainerSummary,
  { job, run }: NewReservation['task'] & object,
): boolean {
  const found = cache.jobRuns.get(runId(job, run));
  return found?.value.attempts.some(({ containerId }) => containerId === id) ?? false;
}

/** A copy has another name; if both were renamed, the older one is the original. */
function originalFirst(recorded: string | undefined): (a: Believed, b: Believed) => number {
  const rank = ({ container: { name, labels }, isUnsigned }: Believed) =>
    (name === (recorded ?? labels[nameLabel]) ? 0 : 2) + (isUnsigned ? 1 : 0);
  const age = ({ container }: Believed) => `${container.createdAt} ${container.id}`;
  return (a, b) => rank(a) - rank(b) || (age(a) < age(b) ? -1 : 1);
}
