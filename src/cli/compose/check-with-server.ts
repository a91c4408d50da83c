import { type Changes, wholeOf } from '../../compose/plan-changes.ts';
import { SatsumaError } from '../../model/errors.ts';
import { inParallel } from '../../runtime/in-parallel.ts';
import { type ApiClient, ApiError } from '../api-client.ts';
import type { Io } from '../io.ts';
import { line } from '../line.ts';

const atOnce = 16;

/**
 * Lets the server validate each service and job before the first one is written: it knows policies, scopes, schedulers
 * and all limits of fields. Throws `invalid` with all refusals.
 */
export async function checkWithServer(api: ApiClient, io: Io, { services, jobs }: Changes): Promise<void> {
  const written = (action: string) => action === 'create' || action === 'change' || action === 'compare';
  const checks = [
    ...services
      .filter(({ action }) => written(action))
      .map(({ name, what }) => [what, { service: { name, ...wholeOf(what.spec) } }] as const),
    ...jobs.filter(({ action }) => written(action)).map(({ what }) => [what, what.spec.image] as const),
  ];
  let mayPlan = true;
  const refused = await inParallel(checks, atOnce, async ([{ key, place }, body]) => {
    if (!mayPlan) return [];
    try {
      await api('POST', 'apiv1/plan', body);
      return [];
    } catch (error) {
      if (isNoPlanner(error)) {
        if (mayPlan) io.stderr(line`Warning: the files cannot be checked in advance: ${error.message}`);
        mayPlan = false;
        return [];
      }
      // Lack of room, and errors that depend on the time, are not mistakes in the file.
      if (!(error instanceof ApiError) || ![400, 403, 404].includes(error.status)) return [];
      return [`${place.file}:${place.line}: services.${key}: the server refuses it: ${error.message}`];
    }
  });
  const sentences = refused.flat();
  if (sentences.length > 0) throw new SatsumaError('invalid', sentences.join('\n'));
}

/** A user without the permission to plan may still create. Refusals by a policy, a scope or a secret are different. */
function isNoPlanner(error: unknown): error is ApiError {
  if (!(error instanceof ApiError) || error.status !== 403) return false;
  return (Object(error.details) as { readonly verb?: unknown }).verb === 'plan';
}
