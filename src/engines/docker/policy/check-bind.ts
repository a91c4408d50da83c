import type { Report } from './report.ts';
import { shown } from './report.ts';

/** Rejects paths with `.`, `..` or repeated slashes, which could resolve elsewhere. */
function isPlainPath(path: string): boolean {
  return path === '/' || /^(\/(?!\.{1,2}(\/|$))[^/\0]+)+$/.test(path);
}

/** Parses `PATH[:ro]` of a rule. */
function readBindRule(rule: string): { readonly path: string; readonly isReadOnly: boolean } {
  const isReadOnly = rule.endsWith(':ro');
  return { path: isReadOnly ? rule.slice(0, -':ro'.length) : rule, isReadOnly };
}

export interface Bind {
  readonly source: string;
  readonly isReadOnly: boolean;
}

/**
 * Docker follows symbolic links in the source, and a container with write access to a folder can create one in it. A
 * writable bind is therefore limited to exactly the folder of the rule; folders below it can only be bound read-only.
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
