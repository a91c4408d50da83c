import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import type { GenerationBody, ScaleBody } from '../../../api/service.ts';
import {
  pauseService,
  restartService,
  resumeService,
  rollBackService,
  scaleService,
} from '../../../commands/services/change-service.ts';
import { showExplained } from '../../../commands/services/explain-waits.ts';
import type { Approval } from '../../../model/policy.ts';
import type { RolloutPlan } from '../../../simulation/rollout-plan.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { replicasSchema } from '../../placement-schema.ts';
import { needs } from '../../route-rules.ts';
import { approvalOf } from '../../under-policy.ts';
import { jsonPayload } from '../../validation.ts';
import { type ServiceParams, serviceParams } from './params.ts';
import { serializeService } from './serialize.ts';

interface Command {
  readonly description: string;
  readonly body: Joi.ObjectSchema;
  run(cluster: Cluster, name: string, asked: Body & Approval): Promise<RolloutPlan>;
}

/** The fields of all commands. */
type Body = Partial<ScaleBody> & GenerationBody;

const commands: Readonly<Record<string, Command>> = {
  scale: {
    description: 'Scale a service',
    body: Joi.object({ replicas: replicasSchema.required() }).required(),
    run: (cluster, name, { replicas = 0, approve }) => scaleService(cluster, name, replicas, { approve }),
  },
  rollback: {
    description: 'Roll back a service to an earlier generation',
    body: Joi.object({ generation: Joi.number().integer().min(1) }),
    run: (cluster, name, { generation: to, approve, policy }) =>
      rollBackService(cluster, name, { to, approve, policy }),
  },
  restart: {
    description: 'Replace all replicas of a service',
    body: Joi.object({ generation: Joi.number().integer().min(1) }),
    run: (cluster, name, { generation: ifGeneration, approve }) =>
      restartService(cluster, name, { ifGeneration, approve }),
  },
  pause: {
    description: 'Pause the update of a service',
    body: Joi.object({}),
    run: (cluster, name) => pauseService(cluster, name),
  },
  resume: {
    description: 'Continue the update of a service',
    body: Joi.object({}),
    run: (cluster, name, { approve }) => resumeService(cluster, name, { approve }),
  },
};

/** POST /apiv1/service/{name}/scale and the similar routes. */
export function commandRoutes(server: Server, cluster: Cluster): void {
  for (const [verb, { description, body, run }] of Object.entries(commands)) {
    server.route<ServiceParams & { Payload: Body | null }>({
      method: 'POST',
      path: `/apiv1/service/{name}/${verb}`,
      options: {
        description,
        plugins: needs('update', 'service'),
        payload: jsonPayload,
        validate: { ...serviceParams, payload: verb === 'scale' ? body : body.allow(null) },
      },
      handler: async (request) => {
        const { name } = request.params;
        const rolloutPlan = await run(cluster, name, { ...request.payload, ...approvalOf(cluster, request) });
        return success(serializeService(await showExplained(cluster, name, rolloutPlan)));
      },
    });
  }
}
