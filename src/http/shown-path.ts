import type { Request } from '@hapi/hapi';

declare module '@hapi/hapi' {
  interface PluginSpecificConfiguration {
    /** Params of the path that are secrets. */
    readonly hiddenParams?: readonly string[];
  }
}

type Routed = Pick<Request, 'route'> & { readonly params: Request['params'] | null };

const hidden = '[hidden]';
/** Somebody puts one into a path by mistake, as in `DELETE /apiv1/token/satsuma_...`. */
const token = /satsuma_[0-9A-Za-z]{49}/g;

/** The path of a request as logs and records may have it. */
export function shownPath({ path, params, route }: Pick<Request, 'path' | 'params' | 'route'>): string {
  const { hiddenParams = [] } = route.settings.plugins ?? {};
  if (hiddenParams.length === 0) return path.replace(token, hidden);
  const values = params as Readonly<Record<string, unknown>>;
  return route.path.replace(/\{(\w+)[^}]*\}/g, (_, name: string) => {
    return hiddenParams.includes(name) ? hidden : encodeURIComponent(String(values[name])).replace(token, hidden);
  });
}

/** The names in the path of a request, likewise. One that was refused before its route was looked for has none. */
export function shownParams({ params, route }: Routed): string[] {
  const { hiddenParams = [] } = route.settings.plugins ?? {};
  return Object.entries((params ?? {}) as Readonly<Record<string, unknown>>).map(([name, value]) => {
    return hiddenParams.includes(name) ? hidden : String(value).replace(token, hidden);
  });
}
