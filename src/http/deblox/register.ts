import Joi from 'joi';
import { registerEngine } from '../../commands/engines/register-engine.ts';
import { removeEngine } from '../../commands/engines/remove-engine.ts';
import { warnOfOthers } from '../../commands/engines/warn-of-others.ts';
import { isSatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { idSchema } from '../validation.ts';
import { type Action, action } from './action.ts';
import { logFailure } from './answers.ts';
import { engineOn } from './instances.ts';

interface HostMessage {
  readonly hostname: string;
}

/** The original returns nothing: an empty object in JSON. */
const nothing = {};

/** Registering a known engine is normal: DockerMod announces its engine every second. */
export const register: Action = action<HostMessage>(
  { hostname: idSchema.required() },
  async ({ cluster, settings }, { hostname }) => {
    try {
      if (await engineOn(cluster, hostname)) return nothing;
      const addr = `https://${hostname}:${settings.enginePort}`;
      await registerEngine(cluster, { id: hostname, addr, labels: [] });
      await warnOfOthers(cluster, hostname);
      return nothing;
    } catch (error) {
      // Two announcements at the same moment.
      return isSatsumaError(error, 'engine_exists') ? nothing : reported(cluster, error);
    }
  },
);

/** The engine's containers keep running. */
export const unregister: Action = action<HostMessage>(
  { hostname: Joi.string().max(255).required() },
  async ({ cluster }, { hostname }) => {
    try {
      const engine = await engineOn(cluster, hostname);
      if (engine) await removeEngine(cluster, engine.id, { force: true });
      return nothing;
    } catch (error) {
      return isSatsumaError(error, 'no_such_engine') ? nothing : reported(cluster, error);
    }
  },
);

function reported(cluster: Cluster, error: unknown): object {
  if (!isSatsumaError(error)) throw error;
  logFailure(cluster, error);
  return { error: error.message };
}
