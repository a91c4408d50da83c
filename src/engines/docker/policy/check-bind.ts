import type { Report } from './report.ts';
import { shown } from './report.ts';

/** Another spelling of a path could lead elsewhere than it seems to. */
export function isPlainPath(path: string): boolean {
  return path === '/' || /^(\/(?!\.{1,2}(\/|$))[^/\0]+)+$/.test(path);
}

/** `PATH[:ro]`, as rules have it. */
export function readBindRule(rule: string): { readonly path: string; readonly isReadOnly: boolean } {
  const isReadOnly = rule.endsWith(':ro');
  return { path: isReadOnly ? rule.slice(0, -':ro'.length) : rule, isReadOnly };
}

export interface Bind {
  readonly source: string;
  readonly isReadOnly: boolean;
}

/**
 * Docker follows symbolic links in the source. A container that can write to a folder can put one there: so whoever may write
 * gets the very folder that the rule names, and nothing in it; what is in it can be bound where nobody writes.
 */
export function checkBind(report: Report, { source, isReadOnly }: Bind, path: string): void {
  const { bind_mounts = [] } = report.rules;
  const isAllowed =
    isPlainPath(source) &&
    bind_mounts.map(readBindRule).some((rule) => {
      if (!rule.isReadOnly) return source === rule.path;
      return isReadOnly && (source === rule.path || rule.path === '/' || source.startsWith(`${rule.path}/`));
    });
  if (!isAllowed) report.refuse('bind_mounts', path, `the path ${shown(source)} of the engine must not be mounted`);
}
