import type { Request, Server } from '@hapi/hapi';
import type { Verb } from '../model/access.ts';
import type { AuditEntry, AuditResult, AuditTrail } from '../model/audit.ts';
import { bareName } from '../model/bare-name.ts';
import type { Permission } from './route-rules.ts';
import type { SessionOutcome } from './session-outcome.ts';
import { shownParams, shownPath } from './shown-path.ts';
import type { Upgrade } from './web-sockets.ts';

/** Verbs that are audited: changes, and access to sensitive data. Other requests are only in the request log. */
const recorded: ReadonlySet<Verb> = new Set([
  ...(['create', 'update', 'remove', 'reveal', 'exec', 'attach', 'export', 'import'] as const),
]);
/** Sessions that may last for days. */
const long: ReadonlySet<Verb> = new Set(['exec', 'attach']);
const maxTextLength = 300;
const switchingProtocols = 101;

/** Records audited requests, and all refused ones. */
export function auditRequests(server: Server, trail: AuditTrail): void {
  server.ext('onPreHandler', (request, h) => {
    const asked = askedBy(request);
    if (asked && long.has(asked.verb)) trail.note({ ...entryOf(request, asked), result: 'began', status: null });
    return h.continue;
  });
  server.events.on('response', (request) => {
    const asked = askedBy(request);
    const { response } = request;
    const status = response && 'statusCode' in response ? response.statusCode : null;
    const { refusedBy, failure } = request.app;
    // APIs of other systems may answer 200 even to a refused request.
    const result = refusedBy ? 'refused' : resultOf(failure?.status ?? status);
    const isRefused = result === 'refused';
    if (!isRefused && !(asked && recorded.has(asked.verb))) return;
    const entry = entryOf(request, asked);
    const { upgrade } = request.app as { readonly upgrade?: Upgrade };
    if (result === 'done' && upgrade?.serve) {
      // The response is only the beginning of the session.
      upgrade.ended = (outcome) => trail.note({ ...entry, ...endedWith(outcome), status: switchingProtocols });
      return;
    }
    const { session } = request.app;
    trail.note({ ...entry, result, ...(result === 'done' && session && endedWith(session)), status });
  });
}

/** The entry of a session has the time of its end, as the session may have lasted for days. */
function endedWith({ end, code }: SessionOutcome): Pick<AuditEntry, 'at' | 'result' | 'code' | 'session'> {
  return { at: new Date().toISOString(), result: 'cut' in end ? 'failed' : 'done', code, session: end };
}

/** The permission of the route, or the one that its handler required. */
function askedBy({ app, route }: Request): Permission | undefined {
  const rule = route.settings.plugins?.access;
  return app.asked ?? (typeof rule === 'object' ? rule : undefined);
}

function entryOf(request: Request, asked: Permission | undefined): Omit<AuditEntry, 'result' | 'status'> {
  const { info, method } = request;
  const { refusedBy } = request.app;
  return {
    at: new Date(info.received).toISOString(),
    ...callerOf(request),
    ...{ verb: asked?.verb ?? null, noun: asked?.noun ?? null, target: targetOf(request) },
    ...{
      method: method.toUpperCase(),
      path: shownPath(request).slice(0, maxTextLength),
      code: codeOf(request),
      request: info.id,
    },
    ...(refusedBy && { policy: refusedBy.policy, rule: refusedBy.rule }),
  };
}

/** The caller as recorded in the audit log. */
export function callerOf({ app, info }: Pick<Request, 'app' | 'info'>): Pick<AuditEntry, 'who' | 'role' | 'from'> {
  const { principal } = app;
  // Undefined for a connection that was reset before it was accepted.
  const { remoteAddress: from = '' } = info as { readonly remoteAddress?: string };
  return { who: principal?.account?.name ?? principal?.name ?? null, role: principal?.role ?? null, from };
}

function resultOf(status: number | null): AuditResult {
  if (status === 401 || status === 403) return 'refused';
  return status !== null && status < 400 ? 'done' : 'failed';
}

/** The names in the path, or the name or id of the created object. */
function targetOf(request: Request): string | null {
  const named = shownParams(request);
  if (named.length > 0) return named.join('/').slice(0, maxTextLength);
  const answer = fieldsOf(answerOf(request));
  const { name, server, id } = fieldsOf(answer.data);
  const made = [answer.name, name, server, id, answer.Id].find((each) => typeof each === 'string');
  // Docker's names begin with a slash.
  return typeof made === 'string' ? bareName(made).slice(0, maxTextLength) : null;
}

function codeOf(request: Request): string | null {
  const { code = request.app.failure?.code } = fieldsOf(answerOf(request));
  return typeof code === 'string' ? code : null;
}

function answerOf({ response }: Request): unknown {
  return response && 'source' in response ? response.source : undefined;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
