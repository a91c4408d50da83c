/** The deployment that is always there. */
export const systemDeployment = 'system';

/** Its client joins paths relatively: to `http://host:5555/api` it is /list, and to `http://host:5555/api/` it is /api/list. */
export function paths(path: string): readonly string[] {
  return [`/${path}`, `/api/${path}`];
}
