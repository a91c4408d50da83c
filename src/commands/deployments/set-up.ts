import { randomBytes } from 'node:crypto';
import { anyone, type Principal } from '../../access/principal.ts';
import { projectLabel } from '../../application/labels.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { given } from '../../model/given.ts';
import { hasLocalVolume, type ImageConfig } from '../../model/image-config.ts';
import { defaultUpdate, serviceDefaults } from '../../model/service-defaults.ts';
import { activeMesh } from '../../state/active-mesh.ts';
import type { Cluster } from '../../state/cluster.ts';
import { secretNameIn } from '../../template/translate.ts';
import { addRule } from '../domains/domains.ts';
import { createMeshNetwork } from '../mesh/mesh-networks.ts';
import { createSecret } from '../secrets/secrets.ts';
import { createService, updateService } from '../services/change-service.ts';
import { changeDeployment, findDeployment } from './deployments.ts';
import { initialise } from './initialise.ts';
import {
  type AskedDeployment,
  type DeploymentPlan,
  type Permit,
  type PlannedService,
  planDeployment,
} from './plan-deployment.ts';
import type { PlannedDomain } from './plan-domains.ts';
import type { SetUpEvent } from './set-up-event.ts';

export interface SetUpOptions {
  readonly permit: Permit;
  readonly principal?: Principal | undefined;
  readonly signal: AbortSignal;
}

/**
 * Has what is asked for run. Everything is looked at before anything is changed. Each service is changed on its own: one that cannot
 * be is told, and the others go on. What is unchanged is left alone. Throws `no_such_deployment`, and as `planDeployment`.
 */
export async function* setUp(
  cluster: Cluster,
  asked: AskedDeployment,
  options: SetUpOptions,
): AsyncGenerator<SetUpEvent> {
  const { deployment } = asked;
  await cluster.cache.catchUp();
  const { value: record } = await findDeployment(cluster, deployment);
  const plan = planDeployment(cluster, asked, record, options.permit);
  await remember(cluster, asked, plan, options);
  await makeSecrets(cluster, deployment, plan, options, record.project);
  await makeNetworks(cluster, deployment, plan);
  // What has to be initialised first waits for that: the others do not wait for it.
  const ordered = [...plan.services].sort(
    (a, b) => Number(a.what.init !== undefined) - Number(b.what.init !== undefined),
  );
  for (const service of ordered) {
    const { key } = service.what;
    yield { event: 'begins', service: key };
    try {
      yield* setService(cluster, asked, service, options);
    } catch (error) {
      if (!isSatsumaError(error)) throw error;
      yield { event: 'failed', service: key, error };
    }
  }
  for (const domain of plan.domains) yield* setDomain(cluster, domain);
}

/** Its service is there by then, unless it is held or could not be made. */
async function* setDomain(
  cluster: Cluster,
  { asked, service, action, reason }: PlannedDomain,
): AsyncGenerator<SetUpEvent> {
  const { name: domain } = asked;
  if (action === 'hold') {
    yield { event: 'says', service, text: `domain ${domain} waits for it: ${reason}` };
    return;
  }
  try {
    if (action !== 'keep') await addRule(cluster, asked);
    yield { event: 'led', service, domain, action };
  } catch (error) {
    if (!isSatsumaError(error)) throw error;
    const sentence = `domain ${domain} does not lead to it: ${error.message}`;
    yield { event: 'failed', service, error: new SatsumaError(error.code, sentence, { cause: error }) };
  }
}

async function* setService(
  cluster: Cluster,
  { deployment, asksForCode = false }: Pick<AskedDeployment, 'deployment' | 'asksForCode'>,
  { what, action, image, replicas, reason = '', fields, there }: PlannedService,
  { signal }: SetUpOptions,
): AsyncGenerator<SetUpEvent> {
  const { key, name, links, init } = what;
  if (action === 'hold') {
    yield { event: 'held', service: key, reason, ...(asksForCode && what.isCodeMissing && { isCodeAsked: true }) };
    return;
  }
  if (action === 'keep') {
    yield { event: 'unchanged', service: key };
    return;
  }
  if (action === 'create') {
    const initialised =
      init && (yield* initialise(cluster, { deployment, service: key, image, command: init }, signal));
    const placed = withData(image, initialised);
    await createService(cluster, name, {
      ...serviceDefaults,
      ...{ image: placed, ...linksOf(links), update: updateOf(cluster, placed), ...given({ replicas }) },
    });
  } else {
    const force = fields.length === 0;
    const changes = { image, links, ...given({ replicas }), ...(force && { force }) };
    await updateService(cluster, name, changes, { ifGeneration: there?.generation });
  }
  yield { event: 'written', service: key, name, action };
}

/** What was written into its volumes is on one engine: elsewhere it would begin without it. */
function withData(image: ImageConfig, engineId: string | undefined): ImageConfig {
  if (engineId === undefined || !hasLocalVolume(image)) return image;
  return { ...image, constraints: [...(image.constraints ?? []), `engine==${engineId}`] };
}

function linksOf(links: Readonly<Record<string, string>>) {
  return Object.keys(links).length > 0 ? { links } : {};
}

/** The new replica first, unless two cannot be there at once: with one volume, or with one host port and a single engine. */
function updateOf({ cache }: Cluster, image: ImageConfig) {
  const hasHostPort = (image.bind_ports ?? []).some(({ port }) => port);
  const isAlone = hasLocalVolume(image) || (hasHostPort && cache.engines().length < 2);
  return { ...defaultUpdate, ...(isAlone && { order: 'stop-first' as const }) };
}

/** What is asked for is kept before it is done: what is held goes on from it. */
async function remember(
  cluster: Cluster,
  { deployment, services, globals, infrastructure = {}, force, asksForCode }: AskedDeployment,
  { services: planned, ports }: DeploymentPlan,
  { principal }: Pick<SetUpOptions, 'principal'>,
): Promise<void> {
  await changeDeployment(cluster, deployment, (record) => {
    const own = planned.map(({ what: { key, writtenKey, isCodeMissing }, reason }) => {
      const { held: _, codeAsked: __, infrastructure: earlier, ...before } = record.services[key] ?? {};
      const definition = services[writtenKey] ?? null;
      const asked = { of: idOf(principal), ...(force && { force }) };
      const placed = { ...earlier, ...infrastructure[key] };
      const held = reason !== undefined && {
        ...{ held: reason, ...(asksForCode && isCodeMissing && { codeAsked: asked }) },
        ...(Object.keys(placed).length > 0 && { infrastructure: placed }),
      };
      return [key, { ...before, key: writtenKey, definition, ...held }] as const;
    });
    return {
      ...record,
      ports: { ...record.ports, ...ports },
      services: { ...record.services, ...Object.fromEntries(own) },
      globals: { ...record.globals, ...withoutDomains(globals) },
    };
  });
}

/** The same for all tokens of an account. */
export function idOf({ account, tokenId, name }: Principal = anyone): string {
  return account?.id ?? tokenId ?? name;
}

/** They have passwords, and are kept as domains. */
function withoutDomains({ Domains: _, ...globals }: AskedDeployment['globals']): AskedDeployment['globals'] {
  return globals;
}

/** Once: what is there already stays. */
async function makeSecrets(
  cluster: Cluster,
  deployment: string,
  { translated }: DeploymentPlan,
  { principal = anyone }: SetUpOptions,
  project: string | undefined,
): Promise<void> {
  for (const { name, bytes } of translated.globals.generated) {
    const secret = secretNameIn(deployment, name);
    if (cluster.cache.secrets.get(secret)) continue;
    const value = Buffer.from(randomBytes(bytes).toString('hex'));
    await createSecret(cluster, { name: secret, value, project }, principal).catch((error: unknown) => {
      if (!isSatsumaError(error, 'secret_exists')) throw error;
    });
  }
}

async function makeNetworks(cluster: Cluster, deployment: string, { services }: DeploymentPlan): Promise<void> {
  const names = new Set(services.filter(({ action }) => action !== 'keep').flatMap(({ what }) => what.networks));
  if (names.size === 0) return;
  if (!activeMesh(cluster))
    throw new SatsumaError(
      'no_mesh',
      'services are to reach each other in a network over all engines, and there is no mesh: "satsuma mesh up" makes one',
    );
  for (const name of names) {
    await createMeshNetwork(cluster, { name, labels: { [projectLabel]: deployment } }).catch((error: unknown) => {
      if (!isSatsumaError(error, 'name_taken', 'engine_refused')) throw error;
    });
  }
}
