import type { ContainerState } from '../../model/container.ts';
import type { ContainerEnd } from '../../model/container-end.ts';
import type { ContainerFact } from '../../model/container-fact.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { isSameStatus } from '../aged-status.ts';
import type { Before, EventDraft, EventSource } from './event-source.ts';

interface Container {
  readonly id: string;
  readonly engine: string;
  readonly name: string;
  readonly image: string;
  readonly project: string | undefined;
  readonly state: ContainerState;
  readonly status: string;
  readonly exitCode: number | undefined;
  readonly isUnhealthy: boolean;
  readonly at: string;
}

/** Related records of the same container. */
export interface BesideContainer {
  /** Its end, as reported by its engine's events. */
  readonly end: ContainerEnd | 'unknown' | undefined;
  readonly engine: Before<Pick<EngineRecord, 'condition'>>;
}

const staleMs = 2_000;
const alive: readonly (ContainerState | undefined)[] = ['running', 'paused', 'restarting'];

/**
 * Derives events from the differences between two observations of a container; end-source.ts covers containers that
 * came and went in between.
 */
export const containerSource: EventSource<ContainerFact, Container> = {
  trim: ({ engineId, observedAt, project, summary }) => ({
    project,
    id: summary.id,
    engine: engineId,
    name: summary.name,
    image: summary.imageName,
    state: summary.state,
    status: summary.status ?? '',
    exitCode: summary.exitCode,
    isUnhealthy: summary.isUnhealthy ?? false,
    at: observedAt,
  }),
  compare: (before, after, factId, beside) => {
    const { end, engine: at } = beside as BesideContainer;
    if (typeof end === 'object') return isCompleteSince(end, before, after);
    if (after) return actionsOf(before, after).map(([action, more]) => draftOf(action, after, more));
    const [engine = '', id = factId] = factId.split('/');
    if (before === 'unknown') return [{ kind: 'container', action: 'destroy', name: '', id, engine, attributes: {} }];
    return before ? [...endOf(before, at), { ...draftOf('destroy', before), at: undefined }] : [];
  },
};

/**
 * A container that is removed while running is killed first, which no observation shows. If its engine was removed or
 * is unreachable, its state is unknown: it may still run.
 */
function endOf(before: Container, engine: BesideContainer['engine']): EventDraft[] {
  const isRunning = before.state === 'running' || before.state === 'paused';
  const isReached = engine === 'unknown' || engine?.condition === 'ok';
  if (!isRunning || !isReached) return [];
  return [{ ...draftOf('die', { ...before, state: 'exited', exitCode: undefined }), at: undefined }];
}

/** The engine's events covered everything up to the end. It may have been restarted since. */
function isCompleteSince(
  { diedAt, destroyedAt }: ContainerEnd,
  before: Before<Container>,
  after: Container | undefined,
): EventDraft[] {
  if (!after || destroyedAt !== undefined || isStale(after, diedAt) || !alive.includes(after.state)) return [];
  if (typeof before === 'object' && !isStale(before, diedAt) && alive.includes(before.state))
    return actionsOf(before, after).map(([action, more]) => draftOf(action, after, more));
  return [draftOf('start', after)];
}

/** An observation that started before the end may have a later time. */
function isStale({ at }: Container, diedAt: string): boolean {
  return Date.parse(at) <= Date.parse(diedAt) + staleMs;
}

type Action = readonly [action: string, attributes?: EventDraft['attributes']];

function actionsOf(before: Before<Container>, after: Container): Action[] {
  if (before === 'unknown') return [['update']];
  const renamed: Action[] =
    before && before.name !== after.name ? [['rename', { old_name: before.name, state: after.state }]] : [];
  const isSick = before?.isUnhealthy ?? false;
  const health: Action[] =
    isSick === after.isUnhealthy ? [] : [['health_status', { health: after.isUnhealthy ? 'unhealthy' : 'healthy' }]];
  return [...renamed, ...stateActions(before, after), ...health];
}

function stateActions(before: Container | undefined, after: Container): Action[] {
  const [was, is] = [before?.state, after.state];
  if (was === is) return before && isRestarted(before, after) ? [['restart']] : [];
  if (was === 'paused' && is === 'running') return [['unpause']];
  if (is === 'paused') return [['pause']];
  if (is === 'running') return before ? [['start']] : [['create'], ['start']];
  if (!before) return is === 'created' ? [['create']] : [['create'], ['die']];
  const hasEnded = is === 'exited' || is === 'dead' || is === 'restarting';
  // A created container was never started, even if starting failed: one that has exited must have run in between.
  if (was === 'created' && hasEnded) return [['start'], ['die']];
  return alive.includes(was) && hasEnded ? [['die']] : [];
}

/** Its uptime is shorter than if nothing had happened. */
function isRestarted(before: Container, after: Container): boolean {
  if (after.state !== 'running') return false;
  const withoutHealth = (status: string) => status.replace(/ \(.*$/, '');
  const laterMs = Date.parse(after.at) - Date.parse(before.at);
  return !isSameStatus(withoutHealth(before.status), withoutHealth(after.status), laterMs);
}

function draftOf(action: string, container: Container, more: EventDraft['attributes'] = {}): EventDraft {
  const { id, engine, name, image, project, state, exitCode, at } = container;
  const exit = action === 'die' && exitCode !== undefined ? { exit_code: exitCode } : {};
  const whose = project === undefined ? {} : { project };
  return { kind: 'container', action, name, id, engine, ...whose, at, attributes: { image, state, ...exit, ...more } };
}
