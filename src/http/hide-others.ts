import type { Request } from '@hapi/hapi';
import type { RefusedEngines } from '../api/container.ts';
import { type ErrorCode, SatsumaError } from '../model/errors.ts';
import { heldBy } from '../model/scheduler.ts';
import type { Scope } from '../model/scope.ts';
import { isPlain, type Plain } from './hide-values.ts';

type ReasonCount = RefusedEngines['counts'][number];

export interface Viewer {
  readonly scope: Scope;
  isEngineShown(engineId: string): boolean;
}

/**
 * Copies a value without the names of other resource holders, and without advice that mentions them: a scoped caller
 * sees no other projects or engines. Reasons have the shape of `RejectionReport`, and say themselves what a scoped caller
 * is told (`scoped_message`).
 */
export function hideOthers(value: unknown, viewer: Viewer): unknown {
  if (Array.isArray(value)) {
    const shown = value.filter((each) => !isReport(each) || viewer.isEngineShown(each.engine));
    return shown.map((each) => hideOthers(each, viewer));
  }
  if (!isPlain(value)) return value;
  const shown = withoutNames(value, viewer.scope);
  // Only in an `Explanation`; elsewhere `counts` and `engines` are user-defined names, such as label keys.
  if (Array.isArray(shown.counts) && Array.isArray(shown.engines)) {
    const { advice: _, ...explanation } = shown;
    const engines = hideOthers(shown.engines, viewer) as readonly unknown[];
    return { ...explanation, counts: countsShown(shown.counts, engines, viewer.scope), engines };
  }
  return Object.fromEntries(Object.entries(shown).map(([key, each]) => [key, hideOthers(each, viewer)]));
}

/** The counts of the filtered reasons. With engine labels in the scope, only visible engines are counted. */
function countsShown(counts: readonly unknown[], reports: readonly unknown[], scope: Scope): readonly ReasonCount[] {
  const shown = new Map<string, number>();
  const add = ({ message, engines }: ReasonCount) => shown.set(message, (shown.get(message) ?? 0) + engines);
  if (scope.engineLabels) {
    for (const each of reports) if (isReport(each)) add({ message: each.message, engines: 1 });
  } else {
    for (const each of counts) if (isCount(each)) add({ ...each, message: countedMessage(each) });
  }
  return [...shown]
    .map(([message, engines]) => ({ message, engines }))
    .sort((a, b) => b.engines - a.engines || (a.message < b.message ? -1 : 1));
}

function countedMessage({ message, scoped_message: scoped }: ReasonCount): string {
  if (scoped !== undefined) return scoped;
  return tellsOfOthers({ code: undefined, message: ` ${message}` }) ? takenThere : message;
}

function isCount(value: unknown): value is ReasonCount {
  return isPlain(value) && typeof value.message === 'string' && typeof value.engines === 'number';
}

interface Report extends Plain {
  readonly engine: string;
  readonly message: string;
}

function isReport(value: unknown): value is Report {
  return isPlain(value) && ['engine', 'code', 'message'].every((key) => typeof value[key] === 'string');
}

/** Of a reason, and of anything else with a code and a message. Messages of engines are recognized by the code. */
function withoutNames(value: Plain, scope: Scope): Plain {
  const { code, message, details } = value;
  if (typeof message !== 'string') return value;
  if (tellsOfOthers({ code, message })) return { ...value, message: takenThere };
  // The holders of a quota are of the project: only their engines may be beyond the scope.
  if (code === 'quota_exceeded' && !scope.engineLabels) return value;
  const { held_by: holders, scoped_message: own, ...rest } = value;
  const scoped = own ?? (isPlain(details) ? details.scoped_message : undefined);
  if (typeof scoped === 'string')
    return { ...rest, message: scoped, ...(isPlain(details) && { details: withoutHolders(details) }) };
  if (!isReport(value) || !Array.isArray(holders)) return value;
  return { ...rest, message: message.replace(heldBy(holders), '') };
}

function withoutHolders({ held_by: _, scoped_message: __, ...details }: Plain): Plain {
  return details;
}

/** Engine messages about conflicts: the owner of a name, the user of a volume, the endpoints of a network. */
const engineWords = /\b(?:in use|allocated|already|endpoints?|conflict)\b|\bcontainer \W?[0-9a-f]{12}/i;
const codesOfEngines: ReadonlySet<unknown> = new Set<ErrorCode>(['engine_refused', 'engine_failed', 'engine_lacks']);
const takenThere = 'the engine refused it: what this needs is taken or in use there';

function tellsOfOthers({ code, message }: { readonly code: unknown; readonly message: string }): boolean {
  // The result of a service move has a message without a code.
  const isShown = code === undefined ? / refused to /.test(message) : codesOfEngines.has(code);
  if (!isShown) return false;
  // The first part repeats the caller's own request.
  return engineWords.test(message.replace(/^.*\bengine \S+ \(\S*\) refused to [^:]*(?::\S[^:]*)*: /, ''));
}

/** Errors that only mention names which the caller gave, or may see. */
const safe: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'invalid',
  'unknown_type',
  'unauthenticated',
  'forbidden',
  'too_many_logins',
  'no_such_engine',
  'no_such_container',
  'no_such_path',
  'no_such_volume',
  'no_such_network',
  'no_such_image',
  'no_such_image_config',
  'no_such_service',
  'no_such_generation',
  'no_such_job',
  'no_such_run',
  'no_rebalance',
  'no_mesh',
  'no_such_webhook',
  'no_such_domain',
  'no_router',
  'registry_denied',
  'no_such_registry',
  'no_such_secret',
  'no_such_account',
  'no_such_token',
  'no_such_role',
  'no_such_policy',
  'no_such_recording',
  'no_such_project',
  'engine_exists',
  'engine_changed',
  'ambiguous_container',
  'container_busy',
  'wrong_state',
  'image_config_exists',
  'image_config_changed',
  'service_exists',
  'service_changed',
  'service_removed',
  'plan_outdated',
  'unchangeable',
  'job_exists',
  'job_changed',
  'job_removed',
  'run_active',
  'run_ended',
  'rebalance_running',
  'webhook_exists',
  'secret_exists',
  'secret_changed',
  'account_exists',
  'no_oidc',
  'oidc_unavailable',
  'token_exists',
  'role_exists',
  'policy_exists',
  'not_recorded',
  'project_exists',
  'project_changed',
  'link_not_ready',
  'idempotency_conflict',
  'idempotency_running',
  'quota_exceeded',
  'engine_unreachable',
  'engine_certificate',
  'engine_refused',
  'engine_failed',
  'engine_lacks',
  'engine_timeout',
  'pull_failed',
  'registry_unreachable',
  'registry_key',
  'service_not_ready',
  'too_many_readers',
  'disk_full',
  'server_stopping',
  'reservation_lost',
  'store_unavailable',
]);

/** Other refusals may name an object that the scoped caller must not see. */
export function withoutOthers(error: SatsumaError, viewer: Viewer): SatsumaError {
  const { code, message, details } = error;
  if (tellsOfOthers(error)) return new SatsumaError(code, takenThere);
  const shown = hideOthers({ code, message, details }, viewer) as Pick<SatsumaError, 'message' | 'details'>;
  // The message of `unschedulable` contains only numbers; its details are the reasons.
  if (code === 'unschedulable' || shown.message !== message)
    return new SatsumaError(code, shown.message, { details: shown.details });
  return safe.has(code) ? error : new SatsumaError(code, 'what this needs is taken or in use');
}

/** Returns the filter that the caller's errors pass. */
export function visibleError({ app }: Pick<Request, 'app'>): (error: SatsumaError) => SatsumaError {
  const viewer = viewerIn(app);
  return (error) => (viewer ? withoutOthers(error, viewer) : error);
}

/** Undefined: the caller sees everything. */
export function viewerIn({ scope, viewer }: Pick<Request['app'], 'scope' | 'viewer'>): Viewer | undefined {
  return viewer ?? (scope && { scope, isEngineShown: () => false });
}
