import type { Request, Server } from '@hapi/hapi';
import type { Verb } from '../model/access.ts';
import type { AuditEntry, AuditResult, AuditTrail } from '../model/audit.ts';
import { bareName } from '../model/bare-name.ts';
import type { Permission } from './route-rules.ts';
import type { SessionOutcome } from './session-outcome.ts';
import { shownParams, shownPath } from './shown-path.ts';
import type { Upgrade } from './web-sockets.ts';

/** What changes something, or shows what is not for everybody. The rest is in the log of requests. */
const recorded: ReadonlySet<Verb> = new Set([
  ...(['create', 'update', 'remove', 'reveal', 'exec', 'attach', 'export', 'import'] as const),
]);
/** They may go on for days. */
const long: ReadonlySet<Verb> = new Set(['exec', 'attach']);
const longestText = 300;
const switchingProtocols = 101;

/** Tells the trail of each request that does something, and of each that was refused. */
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
    // A door may answer 200 whatever became of it.
    const result = refusedBy ? 'refused' : resultOf(failure?.status ?? status);
    const isRefused = result === 'refused';
    if (!isRefused && !(asked && recorded.has(asked.verb))) return;
    const entry = entryOf(request, asked);
    const { upgrade } = request.app as { readonly upgrade?: Upgrade };
    if (result === 'done' && upgrade?.serve) {
      // This is its beginning alone.
      upgrade.ended = (outcome) => trail.note({ ...entry, ...endedWith(outcome), status: switchingProtocols });
      return;
    }
    const { session } = request.app;
    trail.note({ ...entry, result, ...(result === 'done' && session && endedWith(session)), status });
  });
}

/** Of a session: its time is that of its end, as it may have gone on for days. */
function endedWith({ end, code }: SessionOutcome): Pick<AuditEntry, 'at' | 'result' | 'code' | 'session'> {
  return { at: new Date().toISOString(), result: 'cut' in end ? 'failed' : 'done', code, session: end };
}

/** What the route needs, or, where its handler decides, what that asked for. */
function askedBy({ app, route }: Request): Permission | undefined {
  const rule = route.settings.plugins?.access;
  return app.asked ?? (typeof rule === 'object' ? rule : undefined);
}

function entryOf(request: Request, asked: Permission | undefined): Omit<AuditEntry, 'result' | 'status'> {
  const { info, method } = request;
  const { refusedBy } = request.app;
  return {
    at: new Date(info.received).toISOString(),
    ...whoAsks(request),
    ...{ verb: asked?.verb ?? null, noun: asked?.noun ?? null, target: targetOf(request) },
    ...{
      method: method.toUpperCase(),
      path: shownPath(request).slice(0, longestText),
      code: codeOf(request),
      request: info.id,
    },
    ...(refusedBy && { policy: refusedBy.policy, rule: refusedBy.rule }),
  };
}

/** Who it is, as the audit has it. */
export function whoAsks({ app, info }: Pick<Request, 'app' | 'info'>): Pick<AuditEntry, 'who' | 'role' | 'from'> {
  const { principal } = app;
  // The system does not tell it of a connection that was reset before it was taken.
  const { remoteAddress: from = '' } = info as { readonly remoteAddress?: string };
  return { who: principal?.account?.name ?? principal?.name ?? null, role: principal?.role ?? null, from };
}

function resultOf(status: number | null): AuditResult {
  if (status === 401 || status === 403) return 'refused';
  return status !== null && status < 400 ? 'done' : 'failed';
}

/** The names in the path, or the name or the id of what was made. */
function targetOf(request: Request): string | null {
  const named = shownParams(request);
  if (named.length > 0) return named.join('/').slice(0, longestText);
  const answer = fieldsOf(answerOf(request));
  const { name, server, id } = fieldsOf(answer.data);
  const made = [answer.name, name, server, id, answer.Id].find((each) => typeof each === 'string');
  // Docker's names begin with a slash.
  return typeof made === 'string' ? bareName(made).slice(0, longestText) : null;
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
