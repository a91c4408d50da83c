import { differences } from '../../application/differences.ts';
import { Problems } from '../../application/problems.ts';
import { fromPlain, type Place, type Tree } from '../../application/tree.ts';
import { Value } from '../../application/value.ts';
import { type DeploymentRecord, maxDeployedServices, type ServiceInfrastructure } from '../../model/deployment.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import { defaultWan } from '../../model/network-plugin.ts';
import type { ServiceRecord, ServiceSpec } from '../../model/service.ts';
import type { Cluster } from '../../state/cluster.ts';
import { formatName, type Template, writtenServices } from '../../template/template.ts';
import { type TranslatedService, type TranslatedTemplate, translateTemplate } from '../../template/translate.ts';
import { PortAssigner } from './assign-ports.ts';
import { domainsOf, isOfDeployment, servicesOf } from './deployments.ts';
import { type PlannedDomain, planDomains } from './plan-domains.ts';
import { refuseOtherKind, refuseUnknown, withInfrastructure } from './plan-infrastructure.ts';

/** What is asked for: definitions by their keys in the template, and globals by their names. */
export interface AskedDeployment {
  readonly deployment: string;
  readonly services: Readonly<Record<string, unknown>>;
  readonly globals: Readonly<Record<string, unknown>>;
  /** By the names of services in the template. */
  readonly infrastructure?: Readonly<Record<string, ServiceInfrastructure>> | undefined;
  /** What is as it is asked for is changed as well. */
  readonly force?: boolean | undefined;
  /** Whoever asks can be asked for the code of a service, and uploads it then. */
  readonly asksForCode?: boolean | undefined;
}

/** As whoever asks may run it. Throws `forbidden`. */
export type Permit = (image: ImageConfig) => ImageConfig;

export interface PlannedService {
  readonly what: TranslatedService;
  readonly action: 'create' | 'change' | 'keep' | 'hold';
  /** Of a change: what is another one. */
  readonly fields: readonly string[];
  /** Why it is held. */
  readonly reason?: string;
  readonly image: ImageConfig;
  /** Undefined: as many as there are, or one. */
  readonly replicas?: ServiceSpec['replicas'] | undefined;
  readonly there?: ServiceRecord | undefined;
}

export interface DeploymentPlan {
  readonly services: readonly PlannedService[];
  /** Services of the deployment that are not asked for. */
  readonly others: readonly string[];
  readonly domains: readonly PlannedDomain[];
  /** The same of domains. */
  readonly otherDomains: readonly string[];
  readonly translated: TranslatedTemplate;
  readonly ports: DeploymentRecord['ports'];
}

/** What came without a file has no place in one. */
const nowhere: Place = { file: '', folder: '', line: 0 };

/** Changes nothing. Throws `invalid` with all that is wrong, `deployment_conflict`, `domain_taken`, and what `permit` throws. */
export function planDeployment(
  cluster: Pick<Cluster, 'cache' | 'installation' | 'settings' | 'networkPlugins'>,
  { deployment, services, globals, infrastructure = {}, force = false, asksForCode = false }: AskedDeployment,
  record: Pick<DeploymentRecord, 'lan' | 'wan' | 'project' | 'ports' | 'services'>,
  permit: Permit,
): DeploymentPlan {
  const problems = new Problems(formatName);
  const template = templateOf(services, globals, problems);
  const assigner = new PortAssigner(cluster, deployment, record);
  const { lan, wan } = pluginsOf(cluster, deployment, record);
  const known = Object.keys(record.services);
  const translated = translateTemplate(template, {
    ...{ deployment, lan, wan, project: record.project, present: known },
    assignedPort: (service, port) => assigner.portOf(service, port),
  });
  problems.refuse();
  const keys = new Set(translated.services.map(({ key }) => key));
  if (new Set([...known, ...keys]).size > maxDeployedServices)
    throw new SatsumaError('invalid', `a deployment may have ${maxDeployedServices} services`);
  refuseUnknown(Object.keys(infrastructure), [...keys]);
  const planned = translated.services.map((what) =>
    planService(cluster, what, {
      ...{ deployment, force, permit, asksForCode },
      infrastructure: { ...record.services[what.key]?.infrastructure, ...infrastructure[what.key] },
      has: (name) => keys.has(name) || known.includes(name),
    }),
  );
  const there = servicesOf(cluster, deployment);
  const names = new Set(translated.services.map(({ name }) => name));
  const others = there.filter(({ id, value }) => !names.has(id) && !value.isRemoved).map(({ id }) => id);
  const domains = planDomains(cluster, deployment, { led: translated.domains ?? [], services: planned });
  problems.refuse();
  const own = new Set(domains.map(({ asked }) => asked.name));
  const otherDomains = translated.domains ? domainsOf(cluster, deployment).filter((name) => !own.has(name)) : [];
  return { services: planned, others, domains, otherDomains, translated, ports: assigner.ports };
}

/** Throws `invalid` where another server had a plug-in that this one has not. */
function pluginsOf(
  { networkPlugins: { lans, wans } }: Pick<Cluster, 'networkPlugins'>,
  deployment: string,
  { lan: lanName, wan: wanName = defaultWan }: Pick<DeploymentRecord, 'lan' | 'wan'>,
) {
  const [lan, wan] = [lans.get(lanName), wans.get(wanName)];
  if (lan && wan) return { lan, wan };
  const missing = lan ? wanName : lanName;
  throw new SatsumaError(
    'invalid',
    `this server has no ${missing}, by which the services of ${deployment} are reached`,
  );
}

function templateOf(
  services: AskedDeployment['services'],
  globals: AskedDeployment['globals'],
  problems: Problems,
): Template {
  const tree: Tree = fromPlain(services, nowhere);
  const written = tree.kind === 'dict' ? writtenServices(tree, problems) : [];
  return {
    services: written,
    globals: new Map(
      Object.entries(globals).map(([name, each]) => [name, new Value(fromPlain(each, nowhere), name, problems)]),
    ),
  };
}

/** calzion's own words. */
const codeMissing = 'app code not available';
const codeHint = '"satsuma deploy" sends and builds it';

interface PlanContext {
  readonly deployment: string;
  readonly force: boolean;
  readonly permit: Permit;
  readonly asksForCode: boolean;
  readonly infrastructure: ServiceInfrastructure;
  readonly has: (service: string) => boolean;
}

function planService(
  cluster: Pick<Cluster, 'cache'>,
  what: TranslatedService,
  { deployment, force, permit, asksForCode, infrastructure, has }: PlanContext,
): PlannedService {
  const { name } = what;
  const there = cluster.cache.services.get(name)?.value;
  if (there && !isOfDeployment(there.spec.image, deployment)) {
    throw new SatsumaError(
      'deployment_conflict',
      `service ${name} is there, and not of the deployment ${deployment}: remove it, or give the deployment another name`,
    );
  }
  if (there?.isRemoved)
    throw new SatsumaError('deployment_conflict', `service ${name} is being removed: try again when it is gone`);
  if (cluster.cache.jobs.get(name))
    throw new SatsumaError('deployment_conflict', `${name} is a job, and is to be a service: remove the job first`);
  const { replicas, ...placed } = infrastructure;
  refuseOtherKind(what, replicas, there);
  const common = { what, there, replicas, fields: [] };
  const image = permit(withInfrastructure(what, there?.spec.image, placed));
  if (what.isCodeMissing) {
    const reason = asksForCode ? codeMissing : `${codeMissing}: ${codeHint}`;
    return { ...common, action: 'hold', reason, image };
  }
  const missing = what.requires.filter((other) => !has(other));
  if (missing.length > 0) return { ...common, action: 'hold', reason: `requires ${missing.join(', ')}`, image };
  if (!there) return { ...common, action: 'create', image };
  const { fields } = differences(
    { image, links: what.links, ...(replicas !== undefined && { replicas }) },
    {
      ...{ image: there.spec.image, links: there.spec.links ?? {} },
      ...(replicas !== undefined && { replicas: there.spec.replicas }),
    },
  );
  return { ...common, action: fields.length > 0 || force ? 'change' : 'keep', fields, image };
}
