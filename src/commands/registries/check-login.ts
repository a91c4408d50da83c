import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import type { RegistryCredentials } from '../../model/registry.ts';
import type { Cluster } from '../../state/cluster.ts';

/** Maximum number of engines asked. The first definite answer counts. */
const maxAsked = 3;

/**
 * Asks engines whether a registry accepts the credentials. Engines do the pulls, and this server may not be able to
 * reach the registry. Returns a warning if there is no engine to ask. Throws `registry_denied`, `registry_unreachable`.
 */
export async function checkLogin(
  { cache, pool }: Cluster,
  credentials: RegistryCredentials,
): Promise<string | undefined> {
  const { server, username } = credentials;
  await cache.catchUp();
  const engines = cache.engines().filter(({ condition, intent }) => condition === 'ok' && intent !== 'lost');
  const asked = engines.slice(0, maxAsked);
  if (asked.length === 0) return `the credentials were not checked: no engine is available to log in to ${server}`;
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
  throw new SatsumaError('registry_denied', `${server} rejected the login of ${username}: ${denial.message}`, {
    cause: denial,
  });
}
