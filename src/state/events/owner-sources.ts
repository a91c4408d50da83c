import { projectOf } from '../../model/image-config.ts';
import type { JobRecord, JobRun } from '../../model/job.ts';
import type { Reservation } from '../../model/reservation.ts';
import type { SavedImage } from '../../model/saved-image.ts';
import type { ServiceRecord, ServiceStatus } from '../../model/service.ts';
import type { Attributes, Before, EventDraft, EventSource } from './event-source.ts';
import { eventsOfMove, type Moved, movedOf } from './move-events.ts';

interface Reserved extends Pick<Reservation, 'engineId' | 'name' | 'state' | 'createdAt'> {
  readonly project: string;
  readonly attributes: Attributes;
}

interface Owned {
  readonly project: string;
}

function ownerProject(...known: readonly Before<Owned>[]): Partial<Owned> {
  const [first] = known.filter((each) => typeof each === 'object');
  return first ? { project: first.project } : {};
}

export const reservationSource: EventSource<Reservation, Reserved> = {
  trim: ({ engineId, name, state, createdAt, image, replica, task, containerId }) => {
    const owner = { ...(replica && { service: replica.service }), ...(task && { job: task.job, run: task.run }) };
    const container = containerId === undefined ? {} : { container: containerId };
    const attributes = { image: image.name, ...owner, ...container };
    return { engineId, name, state, createdAt, project: projectOf(image), attributes };
  },
  compare: (before, after, id) => {
    const known = after ?? (before === 'unknown' ? undefined : before);
    const draft = (action: string, at?: string): EventDraft[] => {
      const { name = '', engineId, attributes = {} } = known ?? {};
      const where = { ...(engineId && { engine: engineId }), ...ownerProject(known) };
      return [{ kind: 'reservation', action, name, id, ...where, at, attributes }];
    };
    if (!after) return before ? draft('release') : [];
    if (before === 'unknown') return draft('update');
    if (after.state === before?.state) return [];
    return after.state === 'bound' ? draft('bind') : draft('reserve', after.createdAt);
  },
};

interface Deployed {
  readonly at: string;
  readonly number: number;
  readonly isPaused: boolean;
  readonly isRemoved: boolean;
  readonly project: string;
  readonly attributes: Attributes;
  readonly move: Moved | undefined;
}

export const serviceSource: EventSource<ServiceRecord, Deployed> = {
  trim: ({ generation, isPaused, isRemoved, updatedAt, spec, move }) => ({
    ...{ at: updatedAt, number: generation, isPaused, isRemoved, project: projectOf(spec.image) },
    attributes: { generation, replicas: spec.replicas, image: spec.image.name },
    move: move && movedOf(move),
  }),
  compare: (before, after, id) => {
    const events = [...changesOf(before, after, id), ...moveEvents(before, after?.move, id)];
    return events.map((event) => ({ ...event, ...ownerProject(after, before) }));
  },
};

function changesOf(before: Before<Deployed>, after: Deployed | undefined, id: string): EventDraft[] {
  const draft = (action: string): EventDraft => ({
    ...{ kind: 'service', action, name: id, id, at: after?.at, attributes: after?.attributes ?? {} },
  });
  // The record remains until its replicas are stopped.
  if (!after) return before === 'unknown' || (before && !before.isRemoved) ? [draft('remove')] : [];
  if (before === 'unknown') return [draft('update')];
  if (!before) return [draft('create')];
  if (after.isRemoved !== before.isRemoved) return [draft(after.isRemoved ? 'remove' : 'create')];
  if (after.isPaused !== before.isPaused) return [draft(after.isPaused ? 'pause' : 'unpause')];
  return after.number === before.number ? [] : [draft('update')];
}

function moveEvents(before: Before<Deployed>, after: Moved | undefined, id: string): EventDraft[] {
  return before === 'unknown' ? [] : eventsOfMove(before?.move, after, id);
}

interface Progress {
  readonly state: string;
  readonly at: string | undefined;
  readonly attributes: Attributes;
}

export const rolloutSource: EventSource<ServiceStatus, Progress> = {
  trim: ({ rollout }) => ({
    state: rollout?.state ?? '',
    at: rollout?.finishedAt,
    attributes: rollout ? { state: rollout.state, generation: rollout.generation } : {},
  }),
  compare: (before, after, id, service) => {
    if (!after || after.state === '' || before === 'unknown' || after.state === before?.state) return [];
    const whose = ownerProject(service as Before<Owned>);
    return [{ kind: 'service', action: 'rollout', name: id, id, ...whose, at: after.at, attributes: after.attributes }];
  },
};

interface Job {
  readonly at: string;
  readonly project: string;
  readonly isRemoved: boolean;
}

export const jobSource: EventSource<JobRecord, Job> = {
  trim: ({ updatedAt, isRemoved, spec }) => ({ at: updatedAt, isRemoved, project: projectOf(spec.image) }),
  compare: (before, after, id) => {
    const draft = (action: string): EventDraft => ({
      kind: 'job',
      action,
      name: id,
      id,
      ...ownerProject(after, before),
      at: after?.at,
      attributes: {},
    });
    if (!after) return before === 'unknown' || (before && !before.isRemoved) ? [draft('remove')] : [];
    if (before === 'unknown') return [draft('update')];
    if (!before) return [draft('create')];
    if (after.isRemoved !== before.isRemoved) return [draft(after.isRemoved ? 'remove' : 'create')];
    return after.at === before.at ? [] : [draft('update')];
  },
};

interface Run {
  readonly job: string;
  readonly project: string;
  readonly createdAt: string;
  readonly endedAt: string | undefined;
  readonly attributes: Attributes;
}

export const runSource: EventSource<JobRun, Run> = {
  trim: ({ job, number, cause, createdAt, endedAt, attempts, spec }) => {
    const count = (state: string) => attempts.filter(({ end }) => end?.state === state).length;
    const ended = { succeeded: count('succeeded'), failed: count('failed'), cancelled: count('cancelled') };
    const attributes = { run: number, cause, ...(endedAt === undefined ? {} : ended) };
    return { job, createdAt, endedAt, project: projectOf(spec.image), attributes };
  },
  compare: (before, after) => {
    if (!after) return [];
    const draft = (action: string, at: string | undefined): EventDraft => ({
      ...{
        kind: 'job',
        action,
        name: after.job,
        id: after.job,
        ...ownerProject(after),
        at,
        attributes: after.attributes,
      },
    });
    const isBegun = before === undefined ? [draft('run_start', after.createdAt)] : [];
    const wasEnded = before !== undefined && before !== 'unknown' && before.endedAt !== undefined;
    return after.endedAt === undefined || wasEnded ? isBegun : [...isBegun, draft('run_end', after.endedAt)];
  },
};

export const imageConfigSource: EventSource<SavedImage, Pick<SavedImage, 'version' | 'savedAt'> & Owned> = {
  trim: ({ version, savedAt, image }) => ({ version, savedAt, project: projectOf(image) }),
  compare: (before, after, id) => {
    const draft = (action: string): EventDraft => {
      const attributes = after ? { version: after.version } : {};
      const whose = ownerProject(after, before);
      return { kind: 'image-config', action, name: id, id, ...whose, at: after?.savedAt, attributes };
    };
    if (!after) return before ? [draft('remove')] : [];
    if (before === 'unknown') return [draft('update')];
    if (!before) return [draft('create')];
    return after.version === before.version ? [] : [draft('update')];
  },
};
