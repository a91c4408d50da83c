import type { Request } from '@hapi/hapi';

declare module '@hapi/hapi' {
  interface PluginSpecificConfiguration {
    /** Path parameters that are secrets. */
    readonly hiddenParams?: readonly string[];
  }
}

type Routed = Pick<Request, 'route'> & { readonly params: Request['params'] | null };

const hidden = '[hidden]';
/** Tokens that were put into a path by mistake, as in `DELETE /apiv1/token/satsuma_...`. */
const token = /satsuma_[0-9A-Za-z]{49}/g;

/** The path of a request without secrets, for logs. */
export function shownPath({ path, params, route }: Pick<Request, 'path' | 'params' | 'route'>): string {
  const { hiddenParams = [] } = route.settings.plugins ?? {};
  if (hiddenParams.length === 0) return path.replace(token, hidden);
  const values = params as Readonly<Record<string, unknown>>;
  return route.path.replace(/\{(\w+)[^}]*\}/g, (_, name: string) => {
    return hiddenParams.includes(name) ? hidden : encodeURIComponent(String(values[name])).replace(token, hidden);
  });
}

/** The path parameters of a request without secrets. Empty if it was refused before routing. */
export function shownParams({ params, route }: Routed): string[] {
  const { hiddenParams = [] } = route.settings.plugins ?? {};
  return Object.entries((params ?? {}) as Readonly<Record<string, unknown>>).map(([name, value]) => {
    return hiddenParams.includes(name) ? hidden : String(value).replace(token, hidden);
  });
}
