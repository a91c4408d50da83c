import type { Request, ResponseToolkit, Server } from '@hapi/hapi';
import Joi from 'joi';
import { createDeployment, findDeployment, servicesOf } from '../../commands/deployments/deployments.ts';
import type { AskedDeployment } from '../../commands/deployments/plan-deployment.ts';
import { runInDeployment } from '../../commands/deployments/run-in-deployment.ts';
import { setUp } from '../../commands/deployments/set-up.ts';
import type { SetUpEvent } from '../../commands/deployments/set-up-event.ts';
import { peekService } from '../../commands/services/show-service.ts';
import { isSatsumaError } from '../../model/errors.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import type { Cluster } from '../../state/cluster.ts';
import { until } from '../../state/until.ts';
import { serviceNameIn } from '../../template/translate.ts';
import { requireBesides } from '../access-guard.ts';
import { definitions, deploymentName } from '../deployment-schema.ts';
import { requireSetUp } from '../require-set-up.ts';
import { needs } from '../route-rules.ts';
import { underPolicy } from '../under-policy.ts';
import { untilStop } from '../until-stop.ts';
import { jsonPayload, strictValidation } from '../validation.ts';
import type { AskedDomains } from './asked-domains.ts';
import { paths, systemDeployment } from './names.ts';
import { answerLines, type StreamLine } from './stream.ts';

interface SetUpRoute {
  readonly Payload: {
    readonly deploy_id: string;
    readonly services?: Readonly<Record<string, unknown>> | readonly unknown[];
    readonly globals?: Readonly<Record<string, unknown>> | null;
    readonly force?: boolean;
  };
}

interface ServiceRoute {
  readonly Payload: { readonly deploy_id: string; readonly service: string; readonly command?: string };
}

const setUpBody = Joi.object({
  deploy_id: deploymentName.required(),
  // A client of Python sends an empty list for nothing.
  services: Joi.alternatives(definitions, Joi.array().max(0)),
  globals: definitions.allow(null),
  force: Joi.boolean(),
}).required();
const serviceBody = Joi.object({
  deploy_id: deploymentName.required(),
  service: Joi.string().max(128).required(),
}).required();
const runBody = serviceBody.append({ command: Joi.string().max(10_000).required() });

/** A new replica that does not come so soon is looked for with "satsuma service ps". */
const startedWithinMs = 60_000;

export function setUpRoutes(server: Server, cluster: Cluster, domains: AskedDomains): void {
  const stopping = untilStop(server);
  for (const path of paths('setup')) {
    server.route<SetUpRoute>({
      method: 'POST',
      path,
      options: {
        plugins: needs('create', 'service'),
        payload: jsonPayload,
        validate: { ...strictValidation, payload: setUpBody },
      },
      handler: async (request, h) => {
        const { deploy_id: deployment, services = {}, globals, force } = request.payload;
        const asked = { services: isDefinitions(services) ? services : {}, globals: globals ?? {}, force };
        requireSetUp(cluster, request, asked);
        domains.keep({ deployment, domains: asked.globals.Domains }, request.app.principal);
        return await answerSetUp(cluster, request, h, { stopping, deployment, asked: async () => asked });
      },
    });
  }
  for (const path of paths('redeploy')) {
    server.route<ServiceRoute>({
      method: 'POST',
      path,
      options: {
        plugins: needs('update', 'service'),
        payload: jsonPayload,
        validate: { ...strictValidation, payload: serviceBody },
      },
      handler: async (request, h) => {
        const { deploy_id: deployment, service } = request.payload;
        const asked = async () => {
          const { value } = await findDeployment(cluster, deployment);
          const known = value.services[service];
          const services = known ? { [known.key]: known.definition } : {};
          return { services, globals: value.globals, force: true };
        };
        const stored = await asked().catch((error: unknown) => {
          if (!isSatsumaError(error, 'no_such_deployment')) throw error;
          return { services: {} };
        });
        // It may be held, or have been removed: then it is made, with all that this takes.
        if (!cluster.cache.services.get(serviceNameIn(deployment, service)))
          requireBesides(cluster, request, { verb: 'create', noun: 'service' });
        requireSetUp(cluster, request, stored);
        return await answerSetUp(cluster, request, h, { stopping, deployment, asked, service });
      },
    });
  }
  for (const path of paths('run')) {
    server.route<ServiceRoute>({
      method: 'POST',
      path,
      options: {
        plugins: needs('create', 'job'),
        payload: jsonPayload,
        validate: { ...strictValidation, payload: runBody },
      },
      handler: (request, h) => {
        const { deploy_id: deployment, service, command = '' } = request.payload;
        requireBesides(cluster, request, { verb: 'read', noun: 'service' });
        return answerLines(request, h, stopping, async function* (signal): AsyncGenerator<StreamLine> {
          yield { job: `Executing "${command}" of service ${service}` };
          const permit = (image: ImageConfig) => underPolicy(cluster, request, image);
          const { exitCode } = await runInDeployment(cluster, { deployment, service, command }, { permit, signal });
          if (exitCode !== 0) yield { error: `Run job returned exit code ${exitCode}` };
        });
      },
    });
  }
}

function isDefinitions(services: object): services is Readonly<Record<string, unknown>> {
  return !Array.isArray(services);
}

interface AskedSetUp {
  readonly stopping: AbortSignal;
  readonly deployment: string;
  readonly asked: () => Promise<Omit<AskedDeployment, 'deployment'>>;
  /** That must be among them. */
  readonly service?: string;
}

function answerSetUp(
  cluster: Cluster,
  request: Pick<Request, 'app' | 'raw' | 'info'>,
  h: Pick<ResponseToolkit, 'response'>,
  { stopping, deployment, asked, service }: AskedSetUp,
) {
  const { principal } = request.app;
  const permit = (image: ImageConfig) => underPolicy(cluster, request, image);
  return answerLines(request, h, stopping, async function* (signal) {
    if (deployment === systemDeployment) await makeSystem(cluster);
    const desired = await asked();
    if (service !== undefined && Object.keys(desired.services).length === 0) {
      yield { error: `deployment ${deployment} has no service ${service}` };
      return;
    }
    const options = { permit, principal, signal };
    yield* eventLines(cluster, deployment, setUp(cluster, { deployment, ...desired, asksForCode: true }, options));
  });
}

export async function* eventLines(
  cluster: Cluster,
  deployment: string,
  events: AsyncIterable<SetUpEvent>,
): AsyncGenerator<StreamLine> {
  const before = containersOf(cluster, deployment);
  for await (const event of events) yield* linesOf(cluster, event, before);
}

/** It is always there. */
async function makeSystem(cluster: Cluster): Promise<void> {
  await createDeployment(cluster, { name: systemDeployment }).catch((error: unknown) => {
    if (!isSatsumaError(error, 'deployment_exists')) throw error;
  });
}

type Containers = ReadonlyMap<string, readonly string[]>;

function containersOf(cluster: Cluster, deployment: string): Containers {
  return new Map(servicesOf(cluster, deployment).map(({ id }) => [id, instancesOf(cluster, id)]));
}

export function instancesOf(cluster: Cluster, name: string): string[] {
  const { replicas = [] } = peekService(cluster, name) ?? {};
  return replicas.flatMap(({ view }) => (view.containerId === undefined ? [] : [view.containerId]));
}

async function* linesOf(cluster: Cluster, event: SetUpEvent, before: Containers): AsyncGenerator<StreamLine> {
  switch (event.event) {
    case 'begins':
      yield { job: `${event.service} - installing` };
      return;
    case 'unchanged':
      yield { log: 'service has not changed, skipping' };
      return;
    case 'held':
      yield { log: `service was held: ${event.reason}` };
      // Its client uploads it during this stream or after it: nothing here waits for that.
      if (event.isCodeAsked) yield { 'data-request': event.service, tag: 'git' };
      return;
    case 'says':
      yield { log: event.text };
      return;
    case 'led':
      yield { log: `domain ${event.domain} leads to ${event.service}` };
      return;
    case 'failed':
      yield { error: event.error.message };
      return;
    case 'written': {
      const old = before.get(event.name) ?? [];
      for (const id of old) yield { log: `Killing existing container ${id}` };
      const fresh = () => instancesOf(cluster, event.name).filter((id) => !old.includes(id));
      await until(cluster, () => fresh().length > 0, startedWithinMs);
      const [id] = fresh();
      yield { log: id === undefined ? `service ${event.name} is being started` : `New instance id is ${id}` };
    }
  }
}
