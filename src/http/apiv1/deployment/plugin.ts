import type { Plugin, Request, Server } from '@hapi/hapi';
import Joi from 'joi';
import type { DeploymentBody, SetUpBody, SetUpLine } from '../../../api/deployment.ts';
import {
  createDeployment,
  domainsOf,
  findDeployment,
  removeDeployment,
} from '../../../commands/deployments/deployments.ts';
import { type AskedDeployment, type Permit, planDeployment } from '../../../commands/deployments/plan-deployment.ts';
import { setUp } from '../../../commands/deployments/set-up.ts';
import type { SetUpEvent } from '../../../commands/deployments/set-up-event.ts';
import { listDeployments, showDeployment } from '../../../commands/deployments/show-deployment.ts';
import type { DeploymentRecord } from '../../../model/deployment.ts';
import { isSatsumaError } from '../../../model/errors.ts';
import { defaultLan } from '../../../model/network-plugin.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { requireBesides } from '../../access-guard.ts';
import { definitions, deploymentName, infrastructureSchema } from '../../deployment-schema.ts';
import { success } from '../../envelope.ts';
import { answerJsonLines } from '../../json-lines.ts';
import { requireSetUp } from '../../require-set-up.ts';
import { needs } from '../../route-rules.ts';
import { underPolicy } from '../../under-policy.ts';
import { untilStop } from '../../until-stop.ts';
import { jsonPayload, strictValidation } from '../../validation.ts';

const ofOne = { ...strictValidation, params: Joi.object({ name: deploymentName }) };
const setUpBody = Joi.object<SetUpBody>({
  services: definitions.required(),
  globals: definitions,
  infrastructure: infrastructureSchema,
  force: Joi.boolean(),
}).required();
const newBody = Joi.object<DeploymentBody>({
  lan: Joi.string().max(64),
  wan: Joi.string().max(64),
  project: Joi.string().max(128),
}).allow(null);
const path = '/apiv1/deployment/{name}';

interface OneRoute {
  readonly Params: { readonly name: string };
}

type SetUpRoute = OneRoute & { readonly Payload: SetUpBody };

/** Applications that are deployed from a template. */
export const deploymentPlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'apiv1-deployment',
  register: (server, { cluster }) => {
    createRoute(server, cluster);
    readRoutes(server, cluster);
    setUpRoutes(server, cluster);
    server.route<OneRoute>({
      method: 'DELETE',
      path,
      options: {
        description: 'Remove a deployment with its services, jobs and domains; its volumes and secrets stay',
        plugins: needs('remove', 'service'),
        validate: ofOne,
      },
      handler: async (request, h) => {
        requireBesides(cluster, request, { verb: 'remove', noun: 'job' });
        if (domainsOf(cluster, request.params.name).length > 0)
          requireBesides(cluster, request, { verb: 'remove', noun: 'domain' });
        return h.response(success(await removeDeployment(cluster, request.params.name))).code(202);
      },
    });
  },
};

function createRoute(server: Server, cluster: Cluster): void {
  server.route<OneRoute & { Payload: DeploymentBody | null }>({
    method: 'PUT',
    path,
    options: {
      description: 'Create a deployment; one that is there already stays as it is',
      plugins: needs('create', 'service'),
      payload: jsonPayload,
      validate: { ...ofOne, payload: newBody },
    },
    handler: async ({ params: { name }, payload }) => {
      await createDeployment(cluster, { name, ...payload }).catch((error: unknown) => {
        if (!isSatsumaError(error, 'deployment_exists')) throw error;
      });
      return success(await showDeployment(cluster, name));
    },
  });
}

function readRoutes(server: Server, cluster: Cluster): void {
  server.route({
    method: 'GET',
    path: '/apiv1/deployments',
    options: {
      description: 'List the deployments, with their services',
      plugins: needs('read', 'service'),
      validate: strictValidation,
    },
    handler: async () => success(await listDeployments(cluster)),
  });
  server.route<OneRoute>({
    method: 'GET',
    path,
    options: { description: 'Show a deployment', plugins: needs('read', 'service'), validate: ofOne },
    handler: async ({ params: { name } }) => success(await showDeployment(cluster, name)),
  });
}

function setUpRoutes(server: Server, cluster: Cluster): void {
  const stopping = untilStop(server);
  server.route<SetUpRoute>({
    method: 'POST',
    path: `${path}/plan`,
    options: {
      description: 'Show what a deployment of a template would do; changes nothing',
      plugins: needs('plan', 'service'),
      payload: jsonPayload,
      validate: { ...ofOne, payload: setUpBody },
    },
    handler: async (request) => {
      await cluster.cache.catchUp();
      const { name } = request.params;
      // What is not there yet is planned as if it had been made just now.
      const record = await findDeployment(cluster, name).catch((error: unknown) => {
        if (isSatsumaError(error, 'no_such_deployment')) return undefined;
        throw error;
      });
      const plan = planDeployment(cluster, askedIn(request), record?.value ?? empty, permitOf(cluster, request));
      return success({
        services: plan.services.map(({ what, action, fields, reason }) => ({
          ...{ service: what.key, name: what.name, action, fields },
          ...(reason !== undefined && { reason }),
        })),
        others: plan.others,
        domains: plan.domains.map(({ asked, service, action, fields, reason }) => ({
          ...{ domain: asked.name, service, action, fields },
          ...(reason !== undefined && { reason }),
        })),
        other_domains: plan.otherDomains,
      });
    },
  });
  server.route<SetUpRoute>({
    method: 'POST',
    path: `${path}/setup`,
    options: {
      description: 'Create and change the services of a deployment; what is unchanged is left alone',
      plugins: needs('create', 'service'),
      payload: jsonPayload,
      validate: { ...ofOne, payload: setUpBody },
    },
    handler: async (request, h) => {
      requireSetUp(cluster, request, request.payload);
      const { principal } = request.app;
      return await answerJsonLines(request, h, stopping, (signal) =>
        lines(setUp(cluster, askedIn(request), { permit: permitOf(cluster, request), principal, signal })),
      );
    },
  });
}

const empty: Pick<DeploymentRecord, 'lan' | 'ports' | 'services'> = { lan: defaultLan, ports: {}, services: {} };

type SetUpRequest = Request<SetUpRoute>;

function askedIn({ params, payload: { services, globals = {}, ...rest } }: SetUpRequest): AskedDeployment {
  return { deployment: params.name, services, globals, ...rest };
}

function permitOf(cluster: Cluster, request: SetUpRequest): Permit {
  return (image) => underPolicy(cluster, request, image);
}

async function* lines(events: AsyncIterable<SetUpEvent>): AsyncGenerator<SetUpLine> {
  for await (const each of events) yield lineOf(each);
}

const ledEvents = { create: 'created', change: 'changed', keep: 'unchanged' } as const;

function lineOf(event: SetUpEvent): SetUpLine {
  const { service } = event;
  switch (event.event) {
    case 'written':
      return { service, event: event.action === 'create' ? 'created' : 'changed', name: event.name };
    case 'held':
      return { service, event: 'held', text: event.reason };
    case 'says':
      return { service, event: 'says', text: event.text };
    case 'failed':
      return { service, event: 'failed', text: event.error.message, code: event.error.code };
    case 'led':
      return { service, event: ledEvents[event.action], domain: event.domain };
    default:
      return { service, event: event.event };
  }
}
