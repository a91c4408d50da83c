import type { Service, Waiting } from '../api/service.ts';
import { visibleText } from '../model/visible-text.ts';
import { NotDone } from './exit-codes.ts';
import { noRoomText } from './no-room.ts';
import { lastWords } from './wait-text.ts';

/** After so many failures in a row a replica is taken to fail for ever, where nothing else puts an end to it. */
const hopeless = 3;

/** Whether a service has become what was asked for. `generation`: the one that asked for it. */
export type Verdict =
  /** `stuck`: nothing goes on until there is more room. */
  | { readonly kind: 'under way' }
  | { readonly kind: 'stuck'; readonly error: NotDone }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly error: NotDone };

export function judgeService(service: Service, generation: number): Verdict {
  const { name, cause, status } = service;
  const { state, rollout } = status;
  if (state === 'removing') return failed(4, `service ${name} is being removed`);
  const isOurs = service.generation === generation;
  const isGivenUp = !isOurs && cause === 'automatic rollback';
  if (!isOurs && !isGivenUp && cause !== 'scale') {
    return failed(4, `service ${name} was changed by somebody else and has generation ${service.generation} now`);
  }
  const why = visibleText(rollout.message ?? '');
  if (state === 'paused') {
    if (rollout.state !== 'paused') {
      return isFilled(service) && rollout.generation !== generation
        ? { kind: 'done' }
        : failed(1, `service ${name} is paused: "satsuma service resume ${name}" goes on`);
    }
    if (willRollBack(service)) return { kind: 'under way' };
    const what = isGivenUp ? 'the update failed, the rollback too, which is paused' : 'the update is paused';
    return failed(
      1,
      `${what}: ${why}; "satsuma service resume ${name}" goes on, "satsuma service rollback ${name}" back`,
    );
  }
  if (state === 'running' && isFilled(service)) {
    return isGivenUp ? failed(1, `the update failed and was rolled back: ${why}`) : { kind: 'done' };
  }
  return isGivenUp ? { kind: 'under way' } : prospects(service);
}

/** Each wanted replica is ready, and there is no other; those that retire, or are lost with their engine, are on their way. */
function isFilled({ status: { ready, wanted, replicas } }: Service): boolean {
  return ready === wanted && replicas.filter(({ state }) => !['retiring', 'lost'].includes(state)).length === ready;
}

function willRollBack({ cause, update }: Service): boolean {
  return update.on_failure === 'rollback' && cause !== 'rollback' && cause !== 'automatic rollback';
}

function prospects({ name, status }: Service): Verdict {
  const { waiting, rollout, replicas } = status;
  // An update of what worked ends by itself.
  const isBounded = rollout.stable_generation !== null && rollout.state === 'updating';
  const failing = isBounded ? undefined : waiting.find(({ failures }) => failures >= hopeless);
  if (failing) {
    const sentence = `${name}.${failing.slot} failed ${failing.failures} times: ${visibleText(failing.message)}${lastWords(failing.log)}`;
    return failed(1, `${sentence}; it is tried again, more and more slowly`, failing.details);
  }
  const [first] = waiting;
  const isQuiet = replicas.every(({ state }) => state === 'ready');
  if (!first || !isQuiet || !waiting.every(isForRoom)) return { kind: 'under way' };
  const who = waiting.length === 1 ? `${name}.${first.slot}` : `${waiting.length} replicas of ${name}`;
  const sentence = noRoomText(who, first.details) ?? visibleText(`no room for ${who}: ${first.message}`);
  return { kind: 'stuck', error: new NotDone(5, `${sentence}; started when there is room`, first.details) };
}

function isForRoom({ code }: Waiting): boolean {
  return code === 'unschedulable';
}

function failed(exitCode: 1 | 4, message: string, details?: unknown): Verdict {
  return { kind: 'failed', error: new NotDone(exitCode, message, details) };
}
