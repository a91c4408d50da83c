import type { Request } from '@hapi/hapi';
import type { EngineRecord } from '../../model/engine.ts';
import { projectLabel } from '../../model/project.ts';
import { hasEngine, hasProject, type Scope } from '../../model/scope.ts';
import type { Cluster } from '../../state/cluster.ts';
import { ownProject } from '../within-scope.ts';

type Fields = Readonly<Record<string, unknown>>;
type Labels = Readonly<Record<string, string>>;

/** Whether a network or a volume is within the scope. Without the label it belongs to no project. */
export function isOwn(scope: Scope | undefined, engine: EngineRecord, labels: unknown): boolean {
  return hasEngine(scope, engine) && isOfProject(scope, labels);
}

/** The same on an engine that is within the scope. */
export function isOfProject(scope: Scope | undefined, labels: unknown): boolean {
  const { [projectLabel]: project } = Object(labels) as Fields;
  return !scope?.projects || (typeof project === 'string' && hasProject(scope, project));
}

/**
 * The labels of a new network or volume: whoever is narrowed to projects makes it for one of them. Throws
 * `no_such_project`, `forbidden`.
 */
export function ownLabels(
  cluster: Pick<Cluster, 'cache'>,
  request: Pick<Request, 'app'>,
  labels: Labels | null | undefined,
): Labels | undefined {
  if (!request.app.scope?.projects) return labels ?? undefined;
  const { project } = ownProject(cluster, request, labels?.[projectLabel]);
  return { ...labels, ...(project !== undefined && { [projectLabel]: project }) };
}

/** The same request of somebody who sees everything: names are taken whoever has them. */
export function unscoped<T extends Pick<Request, 'app' | 'raw'>>({ app, raw }: T): Pick<Request, 'app' | 'raw'> {
  const { scope: _, ...rest } = app;
  return { app: rest as Request['app'], raw };
}
