import type { Request } from '@hapi/hapi';
import { type ErrorCode, SatsumaError } from '../model/errors.ts';
import type { Scope } from '../model/scope.ts';
import { isPlain, type Plain } from './hide-values.ts';

export interface Viewer {
  readonly scope: Scope;
  isEngineShown(engineId: string): boolean;
}

/**
 * A copy without the names of those who hold what has no room, and without advice about them: whoever is narrowed to projects or engines
 * sees no others. Reports look as in `RejectionReport`.
 */
export function hideOthers(value: unknown, viewer: Viewer): unknown {
  if (Array.isArray(value)) {
    const shown = value.filter((each) => !isReport(each) || viewer.isEngineShown(each.engine));
    return shown.map((each) => hideOthers(each, viewer));
  }
  if (!isPlain(value)) return value;
  const shown = withoutNames(isReport(value) ? withoutHolders(value) : value, viewer.scope);
  // As in an `Explanation`; elsewhere it is somebody's own word, such as the key of a label.
  if (Array.isArray(shown.counts) && Array.isArray(shown.engines)) {
    const { advice: _, ...explanation } = shown;
    const engines = hideOthers(shown.engines, viewer) as readonly unknown[];
    return { ...explanation, counts: countsShown(shown.counts, engines, viewer.scope), engines };
  }
  return Object.fromEntries(Object.entries(shown).map(([key, each]) => [key, hideOthers(each, viewer)]));
}

interface Count {
  readonly message: string;
  readonly engines: number;
}

/** The same reasons counted, as they are shown; where not every engine is shown, of those that are. */
function countsShown(counts: readonly unknown[], reports: readonly unknown[], scope: Scope): readonly Count[] {
  const shown = new Map<string, number>();
  const add = ({ message, engines }: Count) => shown.set(message, (shown.get(message) ?? 0) + engines);
  if (scope.engineLabels) {
    for (const each of reports) if (isReport(each)) add({ message: each.message, engines: 1 });
  } else {
    for (const each of counts) if (isCount(each)) add({ ...each, message: withoutNamesIn(each.message, scope) });
  }
  return [...shown]
    .map(([message, engines]) => ({ message, engines }))
    .sort((a, b) => b.engines - a.engines || (a.message < b.message ? -1 : 1));
}

function isCount(value: unknown): value is Count {
  return isPlain(value) && typeof value.message === 'string' && typeof value.engines === 'number';
}

interface Report extends Plain {
  readonly engine: string;
  readonly message: string;
}

function isReport(value: unknown): value is Report {
  return isPlain(value) && ['engine', 'code', 'message'].every((key) => typeof value[key] === 'string');
}

function withoutHolders({ held_by: holders, ...report }: Report): Plain {
  if (!Array.isArray(holders)) return report;
  return { ...report, message: String(report.message).replace(` by ${holders.join(', ')}`, '') };
}

/** What an engine said stands beside the code of its error, as where a slot waits. */
function withoutNames(value: Plain, scope: Scope): Plain {
  const { code, message } = value;
  if (typeof message !== 'string') return value;
  if (tellsOfOthers({ code, message })) return { ...value, message: takenThere };
  // Elsewhere it is whatever somebody wrote.
  return named.has(code) ? { ...value, message: withoutNamesIn(message, scope) } : value;
}

const named: ReadonlySet<unknown> = new Set(['affinity_unmet', 'quota_exceeded'] as const);

/** Of a sentence of our own: who is in the way of a constraint, and who holds most of a quota on engines that are not shown. */
function withoutNamesIn(message: string, scope: Scope): string {
  if (tellsOfOthers({ code: undefined, message: ` ${message}` })) return takenThere;
  const sentence = message.replace(/( is not met): \S+ \S+ is there already$/, '$1');
  return scope.engineLabels ? withoutQuotaHolders(sentence) : sentence;
}

/** The project is their own, and what is of it may be on other engines. */
function withoutQuotaHolders(message: string): string {
  return message.replace(/; most is held by .*$/s, '').replace(/, most of it by .*?: say it first/s, ': say it first');
}

/** What engines say of what is in the way: by whom a name is had, which container has a volume, whose endpoints a network has. */
const engineWords = /\b(?:in use|allocated|already|endpoints?|conflict)\b|\bcontainer \W?[0-9a-f]{12}/i;
const saidByEngines: ReadonlySet<unknown> = new Set<ErrorCode>(['engine_refused', 'engine_failed', 'engine_lacks']);
const takenThere = 'the engine refused it: what this needs is taken or in use there';

function tellsOfOthers({ code, message }: { readonly code: unknown; readonly message: string }): boolean {
  // The end of a move has the words alone.
  const isSaid = code === undefined ? / refused to /.test(message) : saidByEngines.has(code);
  if (!isSaid) return false;
  // What was asked of it comes first, and is of whoever asked.
  return engineWords.test(message.replace(/^.*\bengine \S+ \(\S*\) refused to [^:]*(?::\S[^:]*)*: /, ''));
}

/** They say only what whoever asks named themselves, or may see. */
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

/** Of anything else that is refused, who is in the way may be somebody else, whom somebody with a scope does not see. */
export function withoutOthers(error: SatsumaError, scope: Scope): SatsumaError {
  const { code, message, details } = error;
  if (code === 'quota_exceeded' && scope.engineLabels) {
    const { held_by: _, ...lack } = isPlain(details) ? details : {};
    return new SatsumaError(code, withoutQuotaHolders(message), { details: lack });
  }
  if (tellsOfOthers(error)) return new SatsumaError(code, takenThere);
  if (safe.has(code)) return error;
  // Its sentence has numbers alone.
  return new SatsumaError(code, code === 'unschedulable' ? message : 'what this needs is taken or in use');
}

/** What whoever asks sees of an error. */
export function visibleError({ app: { scope } }: Pick<Request, 'app'>): (error: SatsumaError) => SatsumaError {
  return (error) => (scope ? withoutOthers(error, scope) : error);
}
