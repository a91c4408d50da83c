import { type Changes, wholeOf } from '../../compose/plan-changes.ts';
import { SatsumaError } from '../../model/errors.ts';
import { type ApiClient, ApiError } from '../api-client.ts';

/**
 * Has the server look at each service and job that is to be written, before the first one is: it knows policies, scopes,
 * schedulers and all limits of fields. Throws `invalid` with all that it refuses.
 */
export async function checkWithServer(api: ApiClient, { services, jobs }: Changes): Promise<void> {
  const written = (action: string) => action === 'create' || action === 'change' || action === 'compare';
  const checks = [
    ...services
      .filter(({ action }) => written(action))
      .map(({ name, what }) => [what, { service: { name, ...wholeOf(what.spec) } }] as const),
    ...jobs.filter(({ action }) => written(action)).map(({ what }) => [what, what.spec.image] as const),
  ];
  const refused = await Promise.all(
    checks.map(async ([{ key, place }, body]) => {
      try {
        await api('POST', 'apiv1/plan', body);
        return [];
      } catch (error) {
        // No room is no mistake in the file, and nothing that only a later moment can tell.
        if (!(error instanceof ApiError) || ![400, 403, 404].includes(error.status)) return [];
        return [`${place.file}:${place.line}: services.${key}: the server refuses it: ${error.message}`];
      }
    }),
  );
  const sentences = refused.flat();
  if (sentences.length > 0) throw new SatsumaError('invalid', sentences.join('\n'));
}
