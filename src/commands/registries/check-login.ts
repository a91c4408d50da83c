import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import type { RegistryCredentials } from '../../model/registry.ts';
import type { Cluster } from '../../state/cluster.ts';

/** The first that knows decides. */
const mostAsked = 3;

/**
 * Asks engines whether a registry takes credentials: they are who logs in to it, and this server may have no way there. Returns a
 * warning where there is no engine to ask. Throws `registry_denied`, `registry_unreachable`.
 */
export async function checkLogin(
  { cache, pool }: Cluster,
  credentials: RegistryCredentials,
): Promise<string | undefined> {
  const { server, username } = credentials;
  await cache.catchUp();
  const engines = cache.engines().filter(({ condition, intent }) => condition === 'ok' && intent !== 'lost');
  const asked = engines.slice(0, mostAsked);
  if (asked.length === 0)
    return `there is no engine to ask whether ${server} takes the credentials: they are not checked`;
  const answers = asked.map(async (engine) => {
    try {
      await pool.client(engine).checkLogin(credentials);
      return undefined;
    } catch (error) {
      if (isSatsumaError(error, 'registry_denied')) return error;
      throw error;
    }
  });
  const denial = await Promise.any(answers).catch(({ errors: [first] }: AggregateError) => {
    if (!isSatsumaError(first)) throw first;
    const sentence = `no engine that was asked can log in to ${server}: ${first.message}`;
    throw new SatsumaError('registry_unreachable', sentence, { cause: first });
  });
  if (!denial) return undefined;
  throw new SatsumaError('registry_denied', `${server} does not let ${username} in: ${denial.message}`, {
    cause: denial,
  });
}
