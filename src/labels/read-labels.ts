import { type Installation, type Labels, signatureLabel } from '../installation/installation.ts';
import type { Claim } from '../model/claim.ts';
import type { ContainerSummary } from '../model/container.ts';
import type { EngineRecord } from '../model/engine.ts';
import type { ImageConfig } from '../model/image-config.ts';
import type { Task } from '../model/job.ts';
import type { NewReservation, PlacementReason } from '../model/reservation.ts';
import type { Replica } from '../model/service.ts';
import { installationLabel, operationLabel, reservationLabel } from './container-labels.ts';
import { isImageConfig } from './is-image-config.ts';

/**
 * What the labels of a container prove. Anyone who may start a container on the engine may write labels, and a
 * container inherits the labels of its image.
 *
 * - `ours`: this installation wrote them, for this engine.
 * - `unsigned`: complete labels of an older release, or written by hand. They prove nothing.
 * - `foreign`: no labels of this installation. `installation`: the one in the labels; if it is this one, the signature
 *   is invalid.
 */
export type Evidence =
  | { readonly kind: 'ours' | 'unsigned'; readonly reservation: NewReservation }
  | { readonly kind: 'foreign'; readonly installation?: string };

const foreign: Evidence = { kind: 'foreign' };

/** The maximum amount of a claim without a limit. */
const maximumAmount = 2 ** 32;
const maximumClaims = 10_000;

export function readLabels(
  installation: Installation,
  container: ContainerSummary,
  engine: Pick<EngineRecord, 'id' | 'daemon'>,
): Evidence {
  const { labels } = container;
  const name = installationIn(labels);
  if (labels[reservationLabel] === undefined) return foreign;
  if (name === undefined && labels[signatureLabel] === undefined) {
    const reservation = unsignedFrom(container, engine.id);
    return reservation ? { kind: 'unsigned', reservation } : foreign;
  }
  if (name !== undefined && !installation.isOwn(name)) return { kind: 'foreign', installation: name };
  if (!installation.isSignedByUs(labels)) return { kind: 'foreign', ...(name !== undefined && { installation: name }) };
  if (name === undefined || !isOnItsEngine(labels, engine)) return foreign;
  const reservation = signedFrom(installation, container, engine.id);
  return reservation ? { kind: 'ours', reservation } : foreign;
}

/** A valid installation name, because it appears in logs and answers. */
function installationIn(labels: Labels): string | undefined {
  const name = labels[installationLabel];
  return name === undefined || /^[a-zA-Z0-9_.-]{1,64}$/.test(name) ? name : 'without a name';
}

/** By either id: an engine may be registered with another name, and a daemon may get another id. */
function isOnItsEngine(labels: Labels, { id, daemon }: Pick<EngineRecord, 'id' | 'daemon'>): boolean {
  return labels['satsuma.engine'] === id || (daemon !== undefined && labels['satsuma.daemon'] === daemon.id);
}

function signedFrom(
  installation: Installation,
  container: ContainerSummary,
  engineId: string,
): NewReservation | undefined {
  const { labels } = container;
  const id = labels[reservationLabel] ?? '';
  const bare = baseOf(container, engineId);
  const { 'satsuma.environment': encrypted, [operationLabel]: operationId, 'satsuma.replaces': replaces } = labels;
  const environment = encrypted === undefined ? {} : parse<object>(installation.decrypt(encrypted, id));
  if (!bare || !environment) return undefined;
  const image = encrypted === undefined ? bare.image : { ...bare.image, environment };
  if (!isImageConfig(image)) return undefined;
  const replica = replicaFrom(labels);
  const task = taskFrom(labels);
  return {
    ...bare,
    image,
    isSigned: true,
    ...(operationId === undefined ? {} : { operationId }),
    ...(replica && { replica }),
    ...(task && { task }),
    ...(replaces === undefined ? {} : { replaces }),
  };
}

/**
 * Ignores all labels that could displace another container, or run something on another engine. The caller determines
 * its claims.
 */
function unsignedFrom(container: ContainerSummary, engineId: string): NewReservation | undefined {
  const bare = baseOf(container, engineId);
  if (!bare) return undefined;
  const { reschedule: _, ...image } = bare.image;
  const replica = replicaFrom(container.labels);
  const task = taskFrom(container.labels);
  return { ...bare, image, ...(replica && { replica: { ...replica, copy: 0 } }), ...(task && { task }) };
}

function baseOf(container: ContainerSummary, engineId: string): NewReservation | undefined {
  const { labels, name } = container;
  const id = labels[reservationLabel];
  const image = parse<ImageConfig>(labels['satsuma.image']);
  const claims = parse<Claim[]>(labels['satsuma.claims']);
  const reason = parse<PlacementReason>(labels['satsuma.reason']);
  if (id === undefined || !isImageConfig(image) || !areClaims(claims) || !reason) return undefined;
  // By the clock of the server that started it; the engine's clock may be wrong.
  const reported = labels['satsuma.created_at'] ?? '';
  const createdAt = Number.isNaN(Date.parse(reported)) ? container.createdAt : reported;
  const owner = labels['satsuma.owner'];
  return { id, engineId, name, image, claims, reason, createdAt, ...(owner === undefined ? {} : { owner }) };
}

function replicaFrom(labels: Labels): Replica | undefined {
  const { 'satsuma.service': service, 'satsuma.slot': slot } = labels;
  const { 'satsuma.service_id': serviceId, 'satsuma.fingerprint': fingerprint } = labels;
  const [generation, copy] = [Number(labels['satsuma.generation']), Number(labels['satsuma.copy'])];
  if (!service || !slot || !isAmount(generation) || !isAmount(copy)) return undefined;
  const identity = { ...(serviceId && { serviceId }), ...(fingerprint && { fingerprint }) };
  return { service, ...identity, slot, generation, copy };
}

function taskFrom(labels: Labels): Task | undefined {
  const { 'satsuma.job': job, 'satsuma.job_id': jobId } = labels;
  const [run, slot, attempt] = ['run', 'task', 'attempt'].map((key) => Number(labels[`satsuma.${key}`]));
  if (!job || !jobId || !isAmount(run) || !isAmount(slot) || !isAmount(attempt)) return undefined;
  return { job, jobId, run, slot, attempt };
}

function parse<T extends object>(json: string | undefined): T | undefined {
  try {
    const value: unknown = JSON.parse(json ?? 'null');
    return typeof value === 'object' && value !== null ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}

function areClaims(claims: readonly (Partial<Claim> | null)[] | undefined): claims is Claim[] {
  return Array.isArray(claims) && claims.length <= maximumClaims && claims.every(isClaim);
}

/** No container of Satsuma exceeds the limit under which it was placed. */
function isClaim(claim: Partial<Claim> | null): boolean {
  if (typeof claim?.key !== 'string' || !isAmount(claim.amount)) return false;
  if (claim.limit === null) return claim.amount <= maximumAmount;
  return isAmount(claim.limit) && claim.amount <= claim.limit;
}

function isAmount(amount: unknown): amount is number {
  return Number.isSafeInteger(amount) && (amount as number) > 0;
}
