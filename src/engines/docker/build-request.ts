import { dockerAuthHeader, toDockerAuth } from '../../model/docker-auth.ts';
import type { BuildRequest } from '../build-operations.ts';

/**
 * The builder that every engine has, of 1.24 and newer: it needs no session with whoever asks. What a failed step left is removed, as is
 * what each step was made in.
 */
export function buildPath(request: BuildRequest): string {
  const { names, dockerfile, target, args, labels, platform, network, shmBytes, cacheFrom, extraHosts } = request;
  const query = new URLSearchParams({ version: '1', rm: '1', forcerm: '1' });
  for (const name of names) query.append('t', name);
  const texts = { dockerfile, target, platform, networkmode: network, extrahosts: extraHosts?.join(',') || undefined };
  for (const [key, text] of Object.entries(texts)) if (text !== undefined) query.set(key, text);
  if (request.isUncached) query.set('nocache', '1');
  if (request.isPulled) query.set('pull', '1');
  if (shmBytes !== undefined) query.set('shmsize', String(shmBytes));
  if (args && Object.keys(args).length > 0) query.set('buildargs', JSON.stringify(args));
  if (labels && Object.keys(labels).length > 0) query.set('labels', JSON.stringify(labels));
  if (cacheFrom && cacheFrom.length > 0) query.set('cachefrom', JSON.stringify(cacheFrom));
  return `/build?${query}`;
}

/** The engine takes of the credentials those of the registry that a base image is of. */
export function buildHeaders({ credentials }: Pick<BuildRequest, 'credentials'>): Record<string, string> {
  if (credentials.length === 0) return {};
  const byServer = credentials.map((each) => {
    const { username, password, serveraddress } = toDockerAuth(each);
    return [serveraddress, { username, password }] as const;
  });
  return { 'x-registry-config': dockerAuthHeader(Object.fromEntries(byServer)) };
}
