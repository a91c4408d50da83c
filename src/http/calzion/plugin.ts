import type { Lifecycle, Plugin, Server } from '@hapi/hapi';
import Joi from 'joi';
import { createDeployment } from '../../commands/deployments/deployments.ts';
import { listDeployments } from '../../commands/deployments/show-deployment.ts';
import type { Logger } from '../../logging/logger.ts';
import type { DoorSettings } from '../../model/doors.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { deploymentName } from '../deployment-schema.ts';
import type { Door } from '../door.ts';
import { errorResponse } from '../error-response.ts';
import { needs } from '../route-rules.ts';
import { jsonPayload, strictValidation } from '../validation.ts';
import { AskedDomains } from './asked-domains.ts';
import { authorizationFailed, identifyCalzion } from './identify.ts';
import { paths, systemDeployment } from './names.ts';
import { pluginRoutes } from './refused-plugins.ts';
import { instancesOf, setUpRoutes } from './set-up.ts';
import { uploadRoutes } from './upload.ts';

interface CreateRoute {
  readonly Payload: { readonly deploy_id: string };
}

const calzionPlugin: Plugin<{ readonly cluster: Cluster; readonly settings: DoorSettings }> = {
  name: 'calzion',
  register: (server, { cluster }) => {
    listRoutes(server, cluster);
    createRoutes(server, cluster);
    const domains = new AskedDomains();
    setUpRoutes(server, cluster, domains);
    uploadRoutes(server, cluster, { domains });
    pluginRoutes(server);
  },
};

function listRoutes(server: Server, cluster: Cluster): void {
  for (const path of paths('list')) {
    server.route({
      method: 'GET',
      path,
      options: { plugins: needs('read', 'service') },
      handler: async () => {
        const listed = (await listDeployments(cluster)).map(({ name, services }) => {
          const shown = services.map(({ service, name: full }) => {
            const versions = cluster.cache.services.get(full)?.value.generation ?? 0;
            return [service, { versions, instances: instancesOf(cluster, full) }] as const;
          });
          return [name, Object.fromEntries(shown)] as const;
        });
        return Object.fromEntries([[systemDeployment, {}], ...listed]);
      },
    });
  }
}

function createRoutes(server: Server, cluster: Cluster): void {
  for (const path of paths('create')) {
    server.route<CreateRoute>({
      method: 'PUT',
      path,
      options: {
        plugins: needs('create', 'service'),
        payload: jsonPayload,
        validate: { ...strictValidation, payload: Joi.object({ deploy_id: deploymentName.required() }).required() },
      },
      handler: async ({ payload: { deploy_id: name } }) => {
        try {
          if (name === systemDeployment) throw new SatsumaError('deployment_exists', 'it is always there');
          await createDeployment(cluster, { name });
          return { job: `Created deployment ${name}` };
        } catch (error) {
          if (!isSatsumaError(error, 'deployment_exists')) throw error;
          // With 200: its client looks at what is said.
          return { error: `Instance ${name} already exists.` };
        }
      },
    });
  }
}

/** The controller of calzion, later onepiece. */
export const calzionDoor: Door<DoorSettings> = {
  plugin: calzionPlugin,
  identify: identifyCalzion,
  answerErrors,
};

function answerErrors(logger: Logger): Lifecycle.Method {
  return (request, h) => {
    const reported = errorResponse(request, logger);
    if (!reported) return h.continue;
    const { status, code, sentence } = reported;
    const error = code === 'unauthenticated' ? authorizationFailed : sentence;
    return h.response({ error }).code(status);
  };
}
