import type { Service, Waiting } from '../api/service.ts';
import { visibleText } from '../model/visible-text.ts';
import { IncompleteOperation } from './exit-codes.ts';
import { noRoomText } from './no-room.ts';
import { lastWords } from './wait-text.ts';

/**
 * After this number of consecutive failures a replica is considered permanently failing, unless the rollout decides.
 */
const hopeless = 3;

/** Whether a service has reached the requested state. `generation`: the requested one. */
export type Verdict =
  /** `stuck`: waiting for room. */
  | { readonly kind: 'under way' }
  | { readonly kind: 'stuck'; readonly error: IncompleteOperation }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly error: IncompleteOperation };

export function judgeService(service: Service, generation: number): Verdict {
  const { name, cause, status } = service;
  const { state, rollout } = status;
  if (state === 'removing') return failed(4, `service ${name} is being removed`);
  const isOurs = service.generation === generation;
  const isGivenUp = !isOurs && cause === 'automatic rollback';
  if (!isOurs && !isGivenUp && cause !== 'scale') {
    return failed(4, `service ${name} was changed concurrently and has generation ${service.generation} now`);
  }
  const why = visibleText(rollout.message ?? '');
  if (state === 'paused') {
    if (rollout.state !== 'paused') {
      return isFilled(service) && rollout.generation !== generation
        ? { kind: 'done' }
        : failed(1, `service ${name} is paused: "satsuma service resume ${name}" resumes it`);
    }
    if (willRollBack(service)) return { kind: 'under way' };
    const what = isGivenUp ? 'the update failed, the rollback too, which is paused' : 'the update is paused';
    return failed(
      1,
      `${what}: ${why}; "satsuma service resume ${name}" resumes it, "satsuma service rollback ${name}" rolls it back`,
    );
  }
  if (state === 'running' && isFilled(service)) {
    return isGivenUp ? failed(1, `the update failed and was rolled back: ${why}`) : { kind: 'done' };
  }
  return isGivenUp ? { kind: 'under way' } : judgeProgress(service);
}

/** All wanted replicas are ready, and there are no others, except retiring and lost ones. */
function isFilled({ status: { ready, wanted, replicas } }: Service): boolean {
  return ready === wanted && replicas.filter(({ state }) => !['retiring', 'lost'].includes(state)).length === ready;
}

function willRollBack({ cause, update }: Service): boolean {
  return update.on_failure === 'rollback' && cause !== 'rollback' && cause !== 'automatic rollback';
}

function judgeProgress({ name, status }: Service): Verdict {
  const { waiting, rollout, replicas } = status;
  // The rollout of an update with a stable template ends by itself.
  const isBounded = rollout.stable_generation !== null && rollout.state === 'updating';
  const failing = isBounded ? undefined : waiting.find(({ failures }) => failures >= hopeless);
  if (failing) {
    const sentence = `${name}.${failing.slot} failed ${failing.failures} times: ${visibleText(failing.message)}${lastWords(failing.log)}`;
    return failed(1, `${sentence}; it is retried with increasing delays`, failing.details);
  }
  const [first] = waiting;
  const isQuiet = replicas.every(({ state }) => state === 'ready');
  if (!first || !isQuiet || !waiting.every(isForRoom)) return { kind: 'under way' };
  const who = waiting.length === 1 ? `${name}.${first.slot}` : `${waiting.length} replicas of ${name}`;
  const sentence = noRoomText(who, first.details) ?? visibleText(`no room for ${who}: ${first.message}`);
  return {
    kind: 'stuck',
    error: new IncompleteOperation(5, `${sentence}; it starts when there is room`, first.details),
  };
}

function isForRoom({ code }: Waiting): boolean {
  return code === 'unschedulable';
}

function failed(exitCode: 1 | 4, message: string, details?: unknown): Verdict {
  return { kind: 'failed', error: new IncompleteOperation(exitCode, message, details) };
}
